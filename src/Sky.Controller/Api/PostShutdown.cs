using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Sky.Controller.Launching;
using Sky.Controller.Reconciling;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>POST /shutdown</c>: ends the controller in order; replicas keep running unless they are taken down first.</summary>
internal static class PostShutdown
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/shutdown", HandleAsync)
        .Produces<ShutdownView>(StatusCodes.Status202Accepted)
        .Produces<ApiError>(StatusCodes.Status503ServiceUnavailable)
        .WithSummary("Stop the controller; ?down=true takes all services down first, ends replicas of unknown services, and waits for that; ?now=true cuts requests in flight");

    private static async Task<IResult> HandleAsync(
        bool? down, bool? now, IStore store, ServiceChanges changes, Orphans orphans, NodesGivenBack nodes, IHostApplicationLifetime lifetime, TimeProvider time, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> given = [];
        if (down == true)
        {
            await TakeAllDownAsync(store, changes, now ?? false, time, cancellationToken);
            if (await orphans.EndAsync(cancellationToken) is { } left)
            {
                return Problem.Unavailable(left).ToResult();
            }

            if (await nodes.WaitAsync(cancellationToken) is { } kept)
            {
                return Problem.Unavailable(kept).ToResult();
            }

            given = [.. (await orphans.GivenUpAsync(cancellationToken)).Select(replica => replica.ToString())];
        }

        lifetime.StopApplication();
        return Results.Json(new ShutdownView(given), ApiJson.Default.ShutdownView, statusCode: StatusCodes.Status202Accepted);
    }

    /// <summary>Ends when every service is down, or when the client leaves: then the controller stays.</summary>
    private static async Task TakeAllDownAsync(IStore store, ServiceChanges changes, bool cut, TimeProvider time, CancellationToken cancellationToken)
    {
        while (await AnyLeftAsync(store, changes, cut, cancellationToken))
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Asks again each time: a replica may turn out only now to be one that cannot be stopped, or another user may have brought a service up.</summary>
    private static async Task<bool> AnyLeftAsync(IStore store, ServiceChanges changes, bool cut, CancellationToken cancellationToken)
    {
        var left = false;
        foreach (var name in await store.ListAsync(cancellationToken))
        {
            if (await store.LoadAsync(name, cancellationToken) is { Service.Phase: not ServicePhase.Down })
            {
                left = true;
                await changes.ChangeAsync(name, (stored, now) => DeleteService.Decide(name.Value, stored, purge: true, cut, now), cancellationToken);
            }
        }

        return left;
    }
}
