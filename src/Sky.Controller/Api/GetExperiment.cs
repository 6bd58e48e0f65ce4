using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Traffic;
using Sky.Core.Services;
using Sky.Core.Store;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Api;

/// <summary><c>GET /services/{name}/experiment</c>: the versions that share requests side by side.</summary>
internal static class GetExperiment
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/services/{name}/experiment", HandleAsync)
        .Produces<ExperimentView>()
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .WithSummary("Show the versions that share requests, or did last, side by side");

    private static async Task<IResult> HandleAsync(string name, IStore store, IExperimentStore experiments, CancellationToken cancellationToken)
    {
        var service = new ServiceName(name);
        if (await store.LoadAsync(service, cancellationToken) is not { Service.Phase: not ServicePhase.Down } stored)
        {
            return Problem.NoService(name).ToResult();
        }

        return stored.Service.TrafficGenerations == 0
            ? Problem.NotFound($"The requests of service '{name}' were never divided among versions; see `sky serve traffic`.").ToResult()
            : Results.Json(
                Experiment.Of(stored.Service, await experiments.SightsAsync(service, stored.Service.TrafficGenerations, cancellationToken)),
                ApiJson.Default.ExperimentView);
    }
}
