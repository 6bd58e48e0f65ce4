namespace Sky.Core.Clusters;

/// <summary>What is seen of one node now.</summary>
public sealed record ClusterNodeFacts
{
    /// <summary>Whether its agent answers.</summary>
    public required bool Answers { get; init; }

    /// <summary>Whether managers hear of it; null where they cannot be asked, or do not know it.</summary>
    public bool? Up { get; init; }

    /// <summary>Whether it leads the managers.</summary>
    public bool Leader { get; init; }

    public string? EngineId { get; init; }

    public int Cpus { get; init; }

    /// <summary>In GB (2^30 bytes).</summary>
    public double Memory { get; init; }

    /// <summary>CPUs and memory that replicas have been promised.</summary>
    public double CpusTaken { get; init; }

    /// <inheritdoc cref="CpusTaken"/>
    public double MemoryTaken { get; init; }

    /// <summary>Why it does not answer, or what its cloud says of its end; null for nothing.</summary>
    public string? Trouble { get; init; }
}
