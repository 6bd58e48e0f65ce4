using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Clusters;
using Sky.Core.Clusters;
using Sky.Core.Nodes;

namespace Sky.Controller.Api;

/// <summary><c>DELETE /clusters/{name}</c>: a cluster without nodes goes.</summary>
internal static class DeleteCluster
{
    public static void Map(IEndpointRouteBuilder api) => api.MapDelete("/clusters/{name}", HandleAsync)
        .Produces(StatusCodes.Status204NoContent)
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .WithSummary("Remove a cluster that has no nodes");

    private static async Task<IResult> HandleAsync(string name, ClusterChanges clusters, CancellationToken cancellationToken)
    {
        var decision = await clusters.ChangeAsync(new ClusterName(name), (known, _) => Decide(name, known), cancellationToken);
        return decision.Problem?.ToResult() ?? Results.NoContent();
    }

    public static ClusterDecision Decide(string name, ClusterRecord? known) => known switch
    {
        null => Problem.NotFound($"There is no cluster '{name}'."),
        { Nodes.Count: > 0 } => Problem.Conflict(
            "conflict", $"Cluster '{name}' has nodes: {string.Join(", ", known.Nodes.Select(node => node.Name))}. Remove them first: sky cluster remove {name} NODE"),
        _ => new ClusterDecision { Cluster = known, Deletes = true },
    };
}
