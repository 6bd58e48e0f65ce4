using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Clusters;
using Sky.Controller.Reconciling;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>POST /clusters/{name}/nodes/{node}/drain</c>: the node is emptied, or (<c>?undo=true</c>) takes replicas again.</summary>
internal static class DrainNode
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/clusters/{name}/nodes/{node}/drain", HandleAsync)
        .Produces(StatusCodes.Status204NoContent)
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .WithSummary("Empty a node: its replicas are replaced elsewhere before they go");

    private static async Task<IResult> HandleAsync(string name, string node, bool? undo, ClusterChanges clusters, IStore store, WorkQueue queue, CancellationToken cancellationToken)
    {
        var decision = await clusters.ChangeAsync(new ClusterName(name), (known, _) => Decide(name, known, node, undo != true), cancellationToken);
        if (decision.Problem is null)
        {
            foreach (var service in await store.ListAsync(cancellationToken))
            {
                queue.Add(service);
            }
        }

        return decision.Problem?.ToResult() ?? Results.NoContent();
    }

    public static ClusterDecision Decide(string name, ClusterRecord? known, string node, bool drain)
    {
        if (known?.Find(new NodeName(node)) is null)
        {
            return Problem.NotFound(known is null ? $"There is no cluster '{name}'." : $"Cluster '{name}' has no node '{node}'.");
        }

        return ClusterRules.Drain(known, new NodeName(node), drain, out var problem) is { } drained ? drained : Problem.Conflict("conflict", problem!);
    }
}
