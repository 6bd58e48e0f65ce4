using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Nodes;

namespace Sky.Controller.Api;

/// <summary><c>GET /nodes</c>: the nodes that enrolled and were not removed.</summary>
internal static class GetNodes
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/nodes", HandleAsync)
        .Produces<IReadOnlyList<NodeRecord>>()
        .WithSummary("List the nodes that enrolled");

    private static async Task<IResult> HandleAsync(INodeStore nodes, CancellationToken cancellationToken)
    {
        IReadOnlyList<NodeRecord> there = [.. (await nodes.NodesAsync(cancellationToken)).Select(stored => stored.Node).Where(node => node.RemovedAt is null)];
        return Results.Json(there, ApiJson.Default.IReadOnlyListNodeRecord);
    }
}
