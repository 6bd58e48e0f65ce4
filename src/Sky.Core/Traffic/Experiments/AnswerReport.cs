using Sky.Core.Keys;
using Sky.Core.Services;

namespace Sky.Core.Traffic.Experiments;

/// <summary>Which version gave an answer, so that feedback on it finds its arm at whatever gateway it comes in.</summary>
public sealed record AnswerReport
{
    /// <summary>The id of the request or of the response.</summary>
    public required string Id { get; init; }

    public required ServiceName Service { get; init; }

    public required int Generation { get; init; }

    public required int Version { get; init; }

    /// <summary>Who asked; null for a request without a key.</summary>
    public KeyId? Key { get; init; }

    /// <summary>Its feedback may come from that caller: the one who asked, or an operator.</summary>
    public bool IsFor(KeyId? key, bool isOperator) => isOperator || Key == key;
}
