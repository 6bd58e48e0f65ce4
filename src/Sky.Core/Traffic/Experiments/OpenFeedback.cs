using Sky.Core.Keys;

namespace Sky.Core.Traffic.Experiments;

/// <summary>Feedback on an answer that the gateway which got it does not know: another one may have given it.</summary>
public sealed record OpenFeedback
{
    /// <summary>The id of the request or of the response.</summary>
    public required string Id { get; init; }

    /// <summary>0 (bad) to 1 (good).</summary>
    public required double Score { get; init; }

    /// <summary>Who says so; null for a caller without a key.</summary>
    public KeyId? Key { get; init; }

    /// <summary>The key is an operator's.</summary>
    public bool IsOperator { get; init; }
}
