namespace Sky.Core.Keys;

/// <summary>After what a budget begins anew. Periods begin in UTC: at midnight, on Monday, on the first of the month.</summary>
public enum BudgetPeriod
{
    Day,
    Week,
    Month,

    /// <summary>Never.</summary>
    Total,
}
