namespace Sky.Core.Keys;

/// <summary>When the periods of budgets begin and end, in UTC.</summary>
public static class BudgetClock
{
    /// <summary>The first moment of the period that <paramref name="now"/> is in.</summary>
    public static DateTimeOffset StartOf(BudgetPeriod period, DateTimeOffset now)
    {
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return period switch
        {
            BudgetPeriod.Day => day,
            BudgetPeriod.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
            BudgetPeriod.Month => day.AddDays(1 - day.Day),
            _ => DateTimeOffset.MinValue,
        };
    }

    /// <summary>When the budget begins anew; null: never.</summary>
    public static DateTimeOffset? EndOf(BudgetPeriod period, DateTimeOffset now) => period switch
    {
        BudgetPeriod.Day => StartOf(period, now).AddDays(1),
        BudgetPeriod.Week => StartOf(period, now).AddDays(7),
        BudgetPeriod.Month => StartOf(period, now).AddMonths(1),
        _ => null,
    };
}
