namespace Sky.Core.Specs;

/// <summary>What Amazon CloudWatch is asked: a metric, or an expression.</summary>
/// <param name="Region">Such as <c>us-east-1</c>.</param>
public sealed record CloudWatchQuery(string Region)
{
    /// <summary>An expression of metric math or Metrics Insights; null: <see cref="Metric"/> is asked for.</summary>
    public string? Expression { get; init; }

    public string? Namespace { get; init; }

    public string? Metric { get; init; }

    public IReadOnlyDictionary<string, string> Dimensions { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    /// <summary>Such as <c>Average</c>, <c>Sum</c> or <c>p95</c>.</summary>
    public string Statistic { get; init; } = "Average";

    /// <summary>Over what the statistic is taken.</summary>
    public int PeriodSeconds { get; init; } = 60;
}
