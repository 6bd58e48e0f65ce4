namespace Sky.Core.Specs;

/// <summary>
/// When a gateway leaves a replica out because of what it answers, and when it takes it back. The rules and numbers are those of Envoy's outlier
/// detection. 0 takes a rule out.
/// </summary>
public sealed record OutlierSpec
{
    public static readonly OutlierSpec Default = new();

    /// <summary>Failures in a row after which a replica is ejected.</summary>
    public int ConsecutiveFailures { get; init; } = 5;

    /// <summary>How many standard deviations below the mean a replica's success rate of an interval may be.</summary>
    public double SuccessRateDeviations { get; init; } = 1.9;

    /// <summary>Over what the success rate is taken, in seconds.</summary>
    public double IntervalSeconds { get; init; } = 10;

    /// <summary>How long the first ejection lasts; the n-th in a row n times as long.</summary>
    public double EjectionSeconds { get; init; } = 30;

    public double MaxEjectionSeconds { get; init; } = 300;

    /// <summary>The most of a service's replicas that are ejected at a time; one of several always may be.</summary>
    public double MaxEjectedPercent { get; init; } = 10;

    /// <summary>With fewer than this share of the replicas left, ejections are passed over: the rest would only break under the load.</summary>
    public double PanicPercent { get; init; } = 50;
}
