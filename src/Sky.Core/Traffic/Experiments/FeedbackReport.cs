using Sky.Core.Services;

namespace Sky.Core.Traffic.Experiments;

/// <summary>What a user thought of one answer. Of several for one answer the last counts.</summary>
public sealed record FeedbackReport
{
    public required ServiceName Service { get; init; }

    public required int Generation { get; init; }

    public required int Version { get; init; }

    /// <summary>The id of the request or of the response.</summary>
    public required string Id { get; init; }

    /// <summary>0 (bad) to 1 (good).</summary>
    public required double Score { get; init; }
}
