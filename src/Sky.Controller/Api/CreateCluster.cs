using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Clusters;
using Sky.Core.Clouds.Launching.Regions;
using Sky.Core.Clusters;
using Sky.Core.Nodes;

namespace Sky.Controller.Api;

/// <summary><c>PUT /clusters/{name}</c>: makes a cluster without nodes.</summary>
internal static class CreateCluster
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPut("/clusters/{name}", HandleAsync)
        .Accepts<CreateClusterRequest>("application/json")
        .Produces(StatusCodes.Status204NoContent)
        .Produces<ApiError>(StatusCodes.Status400BadRequest)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .WithSummary("Make a cluster; nodes join it afterwards");

    private static async Task<IResult> HandleAsync(string name, CreateClusterRequest request, ClusterChanges clusters, CancellationToken cancellationToken)
    {
        if (!ClusterName.IsValid(name))
        {
            return Problem.Invalid(ClusterName.Rule).ToResult();
        }

        if (RegionCluster.IsReserved(name))
        {
            return Problem.Invalid($"A name such as '{name}' is for the nodes that Skyswarm buys in a region of a cloud: choose one that does not begin with aws-, azure- or sim-.").ToResult();
        }

        var cluster = new ClusterName(name);
        var decision = await clusters.ChangeAsync(cluster, (known, now) => Decide(cluster, known, request, now), cancellationToken);
        return decision.Problem?.ToResult() ?? Results.NoContent();
    }

    /// <summary>The same again is no change. Pure.</summary>
    public static ClusterDecision Decide(ClusterName name, ClusterRecord? known, CreateClusterRequest request, DateTimeOffset now) => known switch
    {
        null => new ClusterRecord { Name = name, CreatedAt = now, Encrypted = request.Encrypted },
        _ when known.Encrypted == request.Encrypted => known,
        _ => Problem.Conflict("exists", $"There is a cluster '{name}' already, {(known.Encrypted ? "encrypted" : "not encrypted")}; that cannot be changed afterwards."),
    };
}
