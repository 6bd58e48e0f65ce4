using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Clusters;
using Sky.Core.Clusters;
using Sky.Core.Nodes;

namespace Sky.Controller.Api;

/// <summary><c>DELETE /clusters/{name}/nodes/{node}</c>: the node is taken out, now or as soon as its managers can.</summary>
internal static class RemoveNode
{
    public static void Map(IEndpointRouteBuilder api) => api.MapDelete("/clusters/{name}/nodes/{node}", HandleAsync)
        .Produces(StatusCodes.Status202Accepted)
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .WithSummary("Take a node out of its cluster; ?force=true gives up the replicas that stand there");

    private static async Task<IResult> HandleAsync(string name, string node, bool? force, ClusterChanges clusters, ClusterViews views, CancellationToken cancellationToken)
    {
        await clusters.LoadAsync(cancellationToken);
        var cluster = clusters.Current.FirstOrDefault(other => other.Name.Value == name);
        var member = cluster?.Find(new NodeName(node));
        var replicas = member is null ? 0 : await views.ReplicasAsync(cluster!, member, cancellationToken);
        var decision = await clusters.ChangeAsync(new ClusterName(name), (known, _) => Decide(name, known, node, replicas, force == true), cancellationToken);
        return decision.Problem?.ToResult() ?? Results.Accepted();
    }

    public static ClusterDecision Decide(string name, ClusterRecord? known, string node, int replicas, bool force)
    {
        if (known?.Find(new NodeName(node)) is null)
        {
            return Problem.NotFound(known is null ? $"There is no cluster '{name}'." : $"Cluster '{name}' has no node '{node}'.");
        }

        if (known.Cloud is { } cloud)
        {
            return Problem.Conflict(
                "conflict", $"Node '{node}' is bought at {cloud}, and given back once nothing runs there. Empty it with `sky cluster drain {name} {node}`: its replicas go to other nodes first.");
        }

        return ClusterRules.Remove(known, new NodeName(node), replicas, force, out var problem) is { } removing ? removing : Problem.Conflict("conflict", problem!);
    }
}
