namespace Sky.Core.Keys;

/// <summary>After what a budget begins anew. Periods begin in UTC: at midnight, on Monday, on the first of the month.</summary>
public enum BudgetPeriod
{
    /// <summary>What a budget is for where nothing is said.</summary>
    Month,
    Day,
    Week,

    /// <summary>Never.</summary>
    Total,
}
