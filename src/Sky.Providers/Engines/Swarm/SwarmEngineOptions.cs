using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>Which cluster, and how replicas run on it.</summary>
public sealed record SwarmEngineOptions
{
    /// <summary>The engine's unique name: <c>swarm/CLUSTER</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The cluster's name, for messages.</summary>
    public required string Cluster { get; init; }

    /// <summary>The attachable overlay network that replicas share; null for none.</summary>
    public string? Network { get; init; }

    /// <summary>Whether what passes over it between nodes is encrypted (IPsec ESP).</summary>
    public bool EncryptNetwork { get; init; }

    public string BaseImage { get; init; } = DockerEngineOptions.DefaultBaseImage;
}
