using Sky.Core.Nodes;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Forwarding;

/// <summary>Replicas on the same node of a cluster: where one of them failed, it may be the machine, so that the others are tried last.</summary>
internal static class Neighbours
{
    /// <summary>The replicas not to try now; null: the failed one has no neighbour. For the rare way of a request that is repeated.</summary>
    public static HashSet<ReplicaTracker>? With(HashSet<ReplicaTracker> tried, ReplicaTracker failed, ReplicaTracker[] replicas)
    {
        if (NodeOf(failed) is not { } node)
        {
            return null;
        }

        HashSet<ReplicaTracker> avoided = [.. tried, .. replicas.Where(other => NodeOf(other) == node)];
        return avoided.Count > tried.Count ? avoided : null;
    }

    private static NodeKey? NodeOf(ReplicaTracker replica) =>
        Uri.TryCreate(replica.Prefix, UriKind.Absolute, out var address) && NodeHost.Is(address.Host) ? NodeHost.Parse(address.Host)?.Node : null;
}
