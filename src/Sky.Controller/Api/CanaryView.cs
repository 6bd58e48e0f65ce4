namespace Sky.Controller.Api;

/// <summary>A canary in <c>GET /api/v1/services/{name}/traffic</c>.</summary>
public sealed record CanaryView
{
    public required int Version { get; init; }

    public required int Baseline { get; init; }

    /// <summary>The share that it has or is to have, in percent.</summary>
    public required int Percent { get; init; }

    /// <summary>All its shares; after the last it has all.</summary>
    public required IReadOnlyList<int> Steps { get; init; }

    /// <summary>Since when the share is in force; null: it is not yet.</summary>
    public DateTimeOffset? StepSince { get; init; }

    public required double PromoteAfterSeconds { get; init; }

    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary>How much worse it may be by each of them: points of an error rate or of feedback, else a part of what the baseline has; 0.1 is ten per cent.</summary>
    public IReadOnlyDictionary<string, double>? Tolerances { get; init; }

    /// <summary>What it waits for; null: it moves on right now.</summary>
    public string? WaitsFor { get; init; }
}
