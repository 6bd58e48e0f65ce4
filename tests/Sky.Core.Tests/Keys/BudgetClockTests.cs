using Sky.Core.Keys;

namespace Sky.Core.Tests.Keys;

public sealed class BudgetClockTests
{
    [Theory]
    [InlineData("2026-02-28T23:59:59Z", BudgetPeriod.Day, "2026-02-28", "2026-03-01")]
    [InlineData("2026-02-28T23:59:59Z", BudgetPeriod.Week, "2026-02-23", "2026-03-02")]
    [InlineData("2026-03-01T00:00:00Z", BudgetPeriod.Week, "2026-02-23", "2026-03-02")]
    [InlineData("2026-03-02T00:00:00Z", BudgetPeriod.Week, "2026-03-02", "2026-03-09")]
    [InlineData("2026-02-28T23:59:59Z", BudgetPeriod.Month, "2026-02-01", "2026-03-01")]
    [InlineData("2026-12-31T12:00:00Z", BudgetPeriod.Month, "2026-12-01", "2027-01-01")]
    [InlineData("2026-03-01T01:00:00+02:00", BudgetPeriod.Month, "2026-02-01", "2026-03-01")]
    public void A_period_holds_its_moments(string now, BudgetPeriod period, string start, string end)
    {
        var moment = DateTimeOffset.Parse(now, null);
        Assert.Equal(DateTimeOffset.Parse(start + "T00:00:00Z", null), BudgetClock.StartOf(period, moment));
        Assert.Equal(DateTimeOffset.Parse(end + "T00:00:00Z", null), BudgetClock.EndOf(period, moment));
    }

    [Fact]
    public void A_total_has_no_end() => Assert.Null(BudgetClock.EndOf(BudgetPeriod.Total, DateTimeOffset.UnixEpoch));
}
