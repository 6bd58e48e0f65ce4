using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Traffic;
using Sky.Core.Services;
using Sky.Core.Store;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Api;

/// <summary><c>GET /services/{name}/traffic</c>: how the requests of a service are divided among its versions.</summary>
internal static class GetTraffic
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/services/{name}/traffic", HandleAsync)
        .Produces<TrafficView>()
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .WithSummary("Show how requests are divided among versions");

    private static async Task<IResult> HandleAsync(string name, IStore store, IExperimentStore experiments, TimeProvider time, CancellationToken cancellationToken)
    {
        var service = new ServiceName(name);
        if (await store.LoadAsync(service, cancellationToken) is not { Service.Phase: not ServicePhase.Down } stored)
        {
            return Problem.NoService(name).ToResult();
        }

        var arms = stored.Service.Canary is null
            ? new Dictionary<int, ArmSight>()
            : await experiments.SightsAsync(service, stored.Service.TrafficGenerations, cancellationToken);
        return Results.Json(TrafficViews.Of(stored, arms, time.GetUtcNow()), ApiJson.Default.TrafficView);
    }
}
