namespace Sky.Core.Nodes;

/// <summary>What an agent says of its node: <c>GET /facts</c>.</summary>
public sealed record NodeFacts
{
    public required ClusterName Cluster { get; init; }

    public required NodeName Node { get; init; }

    /// <summary>Version of sky.</summary>
    public required string Version { get; init; }

    /// <summary>The end of its certificate.</summary>
    public required DateTimeOffset CertificateNotAfter { get; init; }

    /// <summary>False: the daemon does not answer, and what follows is not known.</summary>
    public required bool DockerAnswers { get; init; }

    public string? DockerVersion { get; init; }

    public int Cpus { get; init; }

    /// <summary>Bytes.</summary>
    public long Memory { get; init; }

    /// <summary>Docker's word: <c>inactive</c>, <c>pending</c>, <c>active</c>, <c>error</c>, <c>locked</c>.</summary>
    public string? SwarmState { get; init; }

    /// <summary>The node's id in the swarm; null where it is in none.</summary>
    public string? SwarmNode { get; init; }

    /// <summary>What its cloud last said of its end; null for nothing.</summary>
    public NodeNotice? Notice { get; init; }
}
