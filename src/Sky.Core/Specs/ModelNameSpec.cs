namespace Sky.Core.Specs;

/// <summary>One model name that requests may ask for.</summary>
/// <param name="Name">As clients write it.</param>
/// <param name="ReplicaName">What the replicas call it; null: the same.</param>
public sealed record ModelNameSpec(string Name, string? ReplicaName = null);
