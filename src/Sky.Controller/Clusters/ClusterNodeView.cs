using Sky.Core.Clusters;
using Sky.Core.Nodes;

namespace Sky.Controller.Clusters;

/// <summary>A node of a cluster as the API shows it.</summary>
public sealed record ClusterNodeView
{
    public required string Name { get; init; }

    public required string Address { get; init; }

    /// <summary><c>manager</c> or <c>worker</c>.</summary>
    public required string Role { get; init; }

    /// <summary><c>JOINING</c>, <c>READY</c>, <c>NOT_READY</c>, <c>DRAINING</c>, <c>DRAINED</c> or <c>REMOVING</c>.</summary>
    public required string Status { get; init; }

    public bool Leader { get; init; }

    public bool Spot { get; init; }

    /// <summary>Null where its agent does not answer.</summary>
    public double? Cpus { get; init; }

    /// <summary>GB; null where its agent does not answer.</summary>
    public double? Memory { get; init; }

    /// <summary>Replicas that stand there and have not ended.</summary>
    public required int Replicas { get; init; }

    /// <summary>Why it is not ready; null for nothing.</summary>
    public string? Reason { get; init; }

    public static ClusterNodeView From(ClusterNode node, ClusterNodeFacts? seen, int replicas) => new()
    {
        Name = node.Name.Value,
        Address = node.Address,
        Role = node.Role == NodeRole.Manager ? "manager" : "worker",
        Status = StatusOf(node, seen, replicas),
        Leader = seen?.Leader == true,
        Spot = node.Spot,
        Cpus = seen is { Answers: true } ? seen.Cpus : null,
        Memory = seen is { Answers: true } ? Math.Round(seen.Memory, 1) : null,
        Replicas = replicas,
        Reason = node.State == ClusterNodeState.Joining && seen is not { Answers: true } ? "it has not enrolled yet"
            : seen?.Trouble ?? (seen is { Up: false } ? "its managers do not hear of it" : null),
    };

    private static string StatusOf(ClusterNode node, ClusterNodeFacts? seen, int replicas) => node.State switch
    {
        ClusterNodeState.Joining => "JOINING",
        ClusterNodeState.Removing => "REMOVING",
        ClusterNodeState.Draining => replicas == 0 ? "DRAINED" : "DRAINING",
        _ => seen is { Answers: true, Up: not false } ? "READY" : "NOT_READY",
    };
}
