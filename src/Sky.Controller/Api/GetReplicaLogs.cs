using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>GET /services/{name}/replicas/{id}/logs</c>.</summary>
internal static class GetReplicaLogs
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/services/{name}/replicas/{id:int}/logs", HandleAsync)
        .Produces<string>(contentType: "text/plain")
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status503ServiceUnavailable)
        .WithSummary("Stream the output of a replica; ?tail=N for the last lines, ?follow=true until it ends");

    private static async Task<IResult> HandleAsync(
        string name, int id, int? tail, bool? follow, HttpContext context, IStore store, IEngines engines, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        if (tail < 0)
        {
            return Problem.Invalid("tail must be a non-negative integer.").ToResult();
        }

        var service = new ServiceName(name);
        if (await store.LoadAsync(service, context.RequestAborted) is not { } stored)
        {
            return Problem.NoService(name).ToResult();
        }

        if (stored.Replicas.FirstOrDefault(replica => replica.Id.Value == id) is not { } row)
        {
            return Problem.NotFound($"Service '{name}' has no replica {id}.").ToResult();
        }

        if (engines.Find(row.Placement.EngineName) is not { } engine)
        {
            return Problem.Conflict("no_engine", $"Replica {id} runs on {row.Placement.EngineName}, which this controller cannot ask (any more).").ToResult();
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var lines = engine.LogsAsync(new ReplicaKey(service, new ReplicaId(id)), tail, follow ?? false, ends.Token);
        await Lines.TextAsync(context, lines, time, ends.Token);
        return Results.Empty;
    }
}
