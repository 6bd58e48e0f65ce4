using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Traffic;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>GET /services/{name}/traffic</c>: how the requests of a service are divided among its versions.</summary>
internal static class GetTraffic
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/services/{name}/traffic", HandleAsync)
        .Produces<TrafficView>()
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .WithSummary("Show how requests are divided among versions");

    private static async Task<IResult> HandleAsync(string name, IStore store, CancellationToken cancellationToken) =>
        await store.LoadAsync(new ServiceName(name), cancellationToken) is { Service.Phase: not ServicePhase.Down } stored
            ? Results.Json(TrafficViews.Of(stored), ApiJson.Default.TrafficView)
            : Problem.NoService(name).ToResult();
}
