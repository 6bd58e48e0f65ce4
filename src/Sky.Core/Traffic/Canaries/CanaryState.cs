namespace Sky.Core.Traffic.Canaries;

/// <summary>A canary under way, as stored with the service: all that the next decision needs beside the division itself.</summary>
public sealed record CanaryState
{
    /// <summary>The version that served before, and does again if the new one is worse.</summary>
    public required int Baseline { get; init; }

    public required int Version { get; init; }

    public required CanarySpec Spec { get; init; }

    /// <summary>The share that it has or is to have, an index of <see cref="Steps"/>.</summary>
    public int Step { get; init; }

    /// <summary>Since when that share is in force; null: it is not yet.</summary>
    public DateTimeOffset? StepSince { get; init; }

    /// <summary>Its shares in percent; after the last it has all.</summary>
    public static IReadOnlyList<int> Steps(CanarySpec spec) => [spec.Percent, .. new[] { 25, 50 }.Where(percent => percent > spec.Percent)];

    public int Percent() => Steps(Spec)[Step];
}
