namespace Sky.Gateway.Simulation;

/// <summary>What a simulated replica can do; each a setting.</summary>
public sealed record ReplicaModel
{
    /// <summary>Tokens of prompts a second, one prompt at a time in order of arrival.</summary>
    public double PrefillRate { get; init; } = 8000;

    /// <summary>Tokens a second of one answer.</summary>
    public double DecodeRate { get; init; } = 50;

    /// <summary>Requests in work at a time, their prompts included; others wait.</summary>
    public int Streams { get; init; } = 64;

    /// <summary>Blocks of 512 tokens in its prefix cache, the longest unused first to go.</summary>
    public required int KvBlocks { get; init; }
}
