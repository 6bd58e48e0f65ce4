using System.Net;
using Sky.Core.Nodes;

namespace Sky.Core.Clusters;

/// <summary>What may be done to a cluster. Pure: each gives the cluster as it then is, or one sentence that says why not.</summary>
public static class ClusterRules
{
    /// <summary>More do not make a cluster safer, only slower.</summary>
    public const int MostManagers = 3;

    /// <summary>Announces a node. The same again is no change.</summary>
    /// <param name="cluster">As it is.</param>
    /// <param name="node">In the state <see cref="ClusterNodeState.Joining"/>.</param>
    /// <param name="problem">Why not; null where the answer is a cluster.</param>
    public static ClusterRecord? Join(ClusterRecord cluster, ClusterNode node, out string? problem)
    {
        problem = Problem(cluster, node);
        if (problem is not null)
        {
            return null;
        }

        return cluster.Find(node.Name) is { } known && known with { AddedAt = node.AddedAt, State = node.State, EngineId = null } == node
            ? cluster
            : cluster.With(node);
    }

    /// <summary>Begins or ends the emptying of a node.</summary>
    public static ClusterRecord? Drain(ClusterRecord cluster, NodeName name, bool drain, out string? problem)
    {
        problem = cluster.Find(name) switch
        {
            null => Unknown(cluster, name),
            { State: ClusterNodeState.Removing } => $"Node '{name}' is being removed from cluster '{cluster.Name}'.",
            { State: ClusterNodeState.Joining } => $"Node '{name}' has not joined cluster '{cluster.Name}' yet. Take it back with `sky cluster remove {cluster.Name} {name}`.",
            _ => null,
        };
        return problem is null ? cluster.With(cluster.Find(name)! with { State = drain ? ClusterNodeState.Draining : ClusterNodeState.Ready }) : null;
    }

    /// <summary>Begins the removal of a node.</summary>
    /// <param name="cluster">As it is.</param>
    /// <param name="name">The node's.</param>
    /// <param name="replicas">Replicas that stand there.</param>
    /// <param name="force">Whether these are given up.</param>
    /// <param name="problem">Why not; null where the answer is a cluster.</param>
    public static ClusterRecord? Remove(ClusterRecord cluster, NodeName name, int replicas, bool force, out string? problem)
    {
        var node = cluster.Find(name);
        var managers = cluster.Nodes.Count(other => other.Role == NodeRole.Manager && other.State is ClusterNodeState.Ready or ClusterNodeState.Draining);
        problem = node is null ? Unknown(cluster, name)
            : replicas > 0 && !force ? $"{replicas} replica(s) stand on node '{name}'. Empty it with `sky cluster drain {cluster.Name} {name}`, or give them up with --force."
            : node is { Role: NodeRole.Manager, State: not ClusterNodeState.Joining } && managers == 1 && cluster.Nodes.Count > 1
                ? $"Node '{name}' is the only manager of cluster '{cluster.Name}'. Remove the others first, or join another manager."
            : null;
        return problem is null ? cluster.With(node! with { State = ClusterNodeState.Removing }) : null;
    }

    /// <summary>A node was seen in the engine's cluster.</summary>
    public static ClusterRecord Joined(ClusterRecord cluster, NodeName name, string engineId)
    {
        if (cluster.Find(name) is not { } node || node.EngineId == engineId || node.State == ClusterNodeState.Removing)
        {
            return cluster;
        }

        return cluster.With(node with { EngineId = engineId, State = node.State == ClusterNodeState.Joining ? ClusterNodeState.Ready : node.State });
    }

    /// <summary>The node that makes the cluster; the others join it.</summary>
    public static ClusterNode? Founder(ClusterRecord cluster) =>
        cluster.Nodes.FirstOrDefault(node => node is { Role: NodeRole.Manager, EngineId: not null, State: not ClusterNodeState.Removing })
        ?? cluster.Nodes.FirstOrDefault(node => node is { Role: NodeRole.Manager, State: not ClusterNodeState.Removing });

    /// <summary>A sentence where the number of managers is worse than one fewer would be; null where it is not.</summary>
    public static string? Advice(ClusterRecord cluster)
    {
        var managers = cluster.Nodes.Count(node => node.Role == NodeRole.Manager && node.State != ClusterNodeState.Removing);
        return managers == 2 ? "Two managers are worse than one: when either is cut off, nothing can be changed. Join a third (--manager)." : null;
    }

    private static string? Problem(ClusterRecord cluster, ClusterNode node)
    {
        if (!IPAddress.TryParse(node.Address, out var address) || IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            return $"'{node.Address}' is not an address at which other machines reach the node. Give its IP address, such as 10.0.0.2.";
        }

        var known = cluster.Find(node.Name);
        if (known is { State: not ClusterNodeState.Joining })
        {
            return $"Cluster '{cluster.Name}' has a node '{node.Name}' already. Choose another name, or remove that one first: sky cluster remove {cluster.Name} {node.Name}";
        }

        var others = cluster.Nodes.Where(other => other.Name != node.Name && other.State != ClusterNodeState.Removing).ToList();
        if (others.FirstOrDefault(other => other.Address == node.Address) is { } same)
        {
            return $"Node '{same.Name}' has the address {node.Address} already.";
        }

        if (node is { Role: NodeRole.Manager, Spot: true })
        {
            return "A manager must not be a spot node: its cloud may take it away, and the cluster's state with it.";
        }

        var managers = others.Count(other => other.Role == NodeRole.Manager);
        return node.Role == NodeRole.Worker && managers == 0 ? "The first node of a cluster must be a manager: add --manager."
            : node.Role == NodeRole.Manager && managers >= MostManagers ? $"Cluster '{cluster.Name}' has {MostManagers} managers already; more make it slower and no safer. Leave --manager out."
            : null;
    }

    private static string Unknown(ClusterRecord cluster, NodeName name) => $"Cluster '{cluster.Name}' has no node '{name}'.";
}
