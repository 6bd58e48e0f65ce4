using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Clusters;

namespace Sky.Controller.Api;

/// <summary><c>GET /clusters</c>.</summary>
internal static class GetClusters
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/clusters", HandleAsync)
        .Produces<IReadOnlyList<ClusterView>>()
        .WithSummary("List clusters and their nodes, as they are seen now");

    private static async Task<IResult> HandleAsync(ClusterViews clusters, CancellationToken cancellationToken) =>
        Results.Json(await clusters.AllAsync(cancellationToken), ApiJson.Default.IReadOnlyListClusterView);
}
