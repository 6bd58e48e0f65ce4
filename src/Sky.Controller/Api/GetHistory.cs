using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>GET /services/{name}/history</c>: every version there ever was, and the newest events.</summary>
internal static class GetHistory
{
    private const int Events = 500;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/services/{name}/history", HandleAsync)
        .Produces<HistoryView>()
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .WithSummary("Show versions and events of a service, one that is down too");

    private static async Task<IResult> HandleAsync(string name, IStore store, CancellationToken cancellationToken)
    {
        var service = new ServiceName(name);
        if (await store.LoadAsync(service, cancellationToken) is not { } stored)
        {
            return Problem.NoService(name).ToResult();
        }

        var view = new HistoryView
        {
            Service = name,
            Versions = [.. stored.Versions.Values.OrderBy(version => version.Number).Select(version => View(stored, version))],
            Events = await store.EventsAsync(service, Events, cancellationToken),
        };
        return Results.Json(view, ApiJson.Default.HistoryView);
    }

    /// <summary>What a version is to its service now, in the words of <see cref="VersionView.Status"/>.</summary>
    public static string Status(ServiceAggregate stored, int version) => Status(stored, version, stored.Service.Progress(version));

    private static VersionView View(ServiceAggregate stored, VersionRecord version)
    {
        var progress = stored.Service.Progress(version.Number);
        return new VersionView
        {
            Number = version.Number,
            CreatedAt = version.CreatedAt,
            Mode = version.Mode,
            Status = Status(stored, version.Number, progress),
            FirstReadyAt = progress.FirstReadyAt,
            FailedReason = progress.FailedReason,
            Spec = version.Spec.Redacted(),
        };
    }

    private static string Status(ServiceAggregate stored, int version, VersionProgress progress)
    {
        if (progress.FailedAt is not null)
        {
            return "FAILED";
        }

        if (version == stored.Service.TargetVersion && stored.Service.Phase == ServicePhase.Active)
        {
            return "TARGET";
        }

        if (version == stored.Service.Canary?.Version)
        {
            return "CANARY";
        }

        return stored.Replicas.Any(replica => replica.Version == version && replica.State is ReplicaState.Ready or ReplicaState.NotReady or ReplicaState.Draining)
            ? "SERVING"
            : "RETIRED";
    }
}
