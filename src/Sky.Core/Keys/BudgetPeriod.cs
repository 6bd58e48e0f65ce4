using System.Text.Json.Serialization;

namespace Sky.Core.Keys;

/// <summary>After what a budget begins anew. Periods begin in UTC: at midnight, on Monday, on the first of the month.</summary>
[JsonConverter(typeof(LowerCaseWords<BudgetPeriod>))]
public enum BudgetPeriod
{
    /// <summary>What a budget is for where nothing is said.</summary>
    Month,
    Day,
    Week,

    /// <summary>Never.</summary>
    Total,
}
