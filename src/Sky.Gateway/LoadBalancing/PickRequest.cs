using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>What a policy may know of a request when it picks a replica. Immutable.</summary>
internal sealed class PickRequest
{
    /// <summary>A request of which nothing is known but that it is one.</summary>
    public static readonly PickRequest Unknown = new();

    /// <summary>Tokens of the prompt, counted or estimated; 0 when not known.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Tokens of the answer that are expected; 0 when not known.</summary>
    public int OutputTokens { get; init; }

    /// <summary>
    /// One hash for each full block of the prompt, from its start; each stands for the whole prompt up to the end of its block, so that
    /// equal hashes mean equal prefixes.
    /// </summary>
    public ReadOnlyMemory<ulong> Blocks { get; init; }

    /// <summary>Tokens of one block; above 0 where there are blocks.</summary>
    public int BlockTokens { get; init; }

    /// <summary>Hash of what ties requests of one session together; null for a request of none.</summary>
    public ulong? Session { get; init; }

    /// <summary>Tokens of the prompt in its first <paramref name="blocks"/> blocks.</summary>
    public int TokensIn(int blocks) => (int)Math.Min(PromptTokens, (long)blocks * BlockTokens);

    /// <summary>Blocks that <paramref name="replica"/> can keep; null when not known.</summary>
    public int? Room(ReplicaTracker replica) =>
        replica.CacheTokens is { } tokens && BlockTokens > 0 ? (int)Math.Clamp(tokens / BlockTokens, 1, int.MaxValue) : null;
}
