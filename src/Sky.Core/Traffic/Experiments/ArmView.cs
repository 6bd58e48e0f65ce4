namespace Sky.Core.Traffic.Experiments;

/// <summary>One version in an experiment. Times are in seconds; tokens and cost are those of one request on average.</summary>
public sealed record ArmView
{
    public required int Version { get; init; }

    /// <summary>The others are compared with it.</summary>
    public required bool Baseline { get; init; }

    /// <summary>Its requests are copies whose answers were dropped.</summary>
    public required bool Mirror { get; init; }

    /// <summary>Percent of the requests; 0 for a mirror, and once the division is over.</summary>
    public required int Weight { get; init; }

    public required long Requests { get; init; }

    public required long Errors { get; init; }

    public required long Aborted { get; init; }

    public long NotMirrored { get; init; }

    public required Estimate ErrorRate { get; init; }

    public required Estimate TtftP50 { get; init; }

    public required Estimate TtftP95 { get; init; }

    public required Estimate LatencyP50 { get; init; }

    public required Estimate LatencyP95 { get; init; }

    public required Estimate LatencyMean { get; init; }

    public required Estimate PromptTokens { get; init; }

    public required Estimate CompletionTokens { get; init; }

    public required Estimate Cost { get; init; }

    public string? Currency { get; init; }

    public required long FeedbackCount { get; init; }

    /// <summary>The mean of the scores, 0 to 1.</summary>
    public required Estimate Feedback { get; init; }
}
