using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>DELETE /services/{name}</c>: stops all replicas; versions and ids are kept.</summary>
internal static class DeleteService
{
    private const int MostGivenUp = 100;

    public static void Map(IEndpointRouteBuilder api) => api.MapDelete("/services/{name}", HandleAsync)
        .Produces(StatusCodes.Status202Accepted)
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .WithSummary("Take a service down; ?now=true cuts requests in flight, ?purge=true also forgets replicas that could not be stopped");

    private static Task<IResult> HandleAsync(string name, bool? purge, bool? now, ServiceChanges changes, CancellationToken cancellationToken) =>
        changes.AnswerAsync(
            new ServiceName(name),
            (stored, time) => Decide(name, stored, purge ?? false, cut: now ?? false, time),
            StatusCodes.Status202Accepted,
            cancellationToken);

    public static Decision Decide(string name, ServiceAggregate? stored, bool purge, bool cut, DateTimeOffset now)
    {
        if (stored is null or { Service.Phase: ServicePhase.Down })
        {
            return Problem.NoService(name);
        }

        var stuck = stored.Replicas.Where(replica => replica.State == ReplicaState.FailedCleanup).Select(replica => replica.Id).ToList();
        if (stuck.Count > 0 && !purge)
        {
            return Problem.Conflict(
                "failed_state",
                $"Service '{name}' is in failed status (FAILED_CLEANUP): replica {string.Join(", ", stuck)} could not be stopped. "
                + $"Use `sky serve down {name} --purge` to give it up.");
        }

        if (stored.Service.Phase == ServicePhase.ShuttingDown && stuck.Count == 0 && (stored.Service.CutsNow || !cut))
        {
            return new Decision();
        }

        return new Decision
        {
            Commit = new ServiceCommit
            {
                ExpectedRowVersion = stored.RowVersion,
                Service = GiveUp(stored.Service with { Phase = ServicePhase.ShuttingDown, CutsNow = cut || stored.Service.CutsNow }, stuck),
                Removals = stuck,
                Events = [new ServiceEvent { At = now, Message = $"service going down{(purge ? " (purge)" : "")}{(cut ? " (now)" : "")}" }],
            },
        };
    }

    /// <summary>The service with these purged: whatever of them lives on is not its concern any more.</summary>
    internal static ServiceRecord GiveUp(ServiceRecord service, IReadOnlyCollection<ReplicaId> replicas) =>
        replicas.Count == 0 ? service : service with { GivenUp = [.. service.GivenUp.Union(replicas).TakeLast(MostGivenUp)] };
}
