using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>DELETE /services/{name}/replicas/{id}</c>: ends one replica; the planner replaces it.</summary>
internal static class DeleteReplica
{
    public static void Map(IEndpointRouteBuilder api) => api.MapDelete("/services/{name}/replicas/{id:int}", HandleAsync)
        .Produces(StatusCodes.Status202Accepted)
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .WithSummary("End one replica; it is replaced; ?now=true cuts requests in flight");

    private static Task<IResult> HandleAsync(string name, int id, bool? purge, bool? now, ServiceChanges changes, CancellationToken cancellationToken) =>
        changes.AnswerAsync(
            new ServiceName(name),
            (stored, time) => Decide(name, stored, new ReplicaId(id), purge ?? false, cut: now ?? false, time),
            StatusCodes.Status202Accepted,
            cancellationToken);

    public static Decision Decide(string name, ServiceAggregate? stored, ReplicaId id, bool purge, bool cut, DateTimeOffset now)
    {
        if (stored is null or { Service.Phase: ServicePhase.Down })
        {
            return Problem.NoService(name);
        }

        if (stored.Replicas.FirstOrDefault(replica => replica.Id == id) is not { } replica)
        {
            return Problem.NotFound($"Service '{name}' has no replica {id}.");
        }

        if (replica.State == ReplicaState.FailedCleanup && !purge)
        {
            return Problem.Conflict(
                "failed_state", $"Replica {id} could not be stopped. Use `sky serve down {name} --replica-id {id} --purge` to give it up.");
        }

        if (replica.State == ReplicaState.FailedCleanup)
        {
            return Write(stored with { Service = DeleteService.GiveUp(stored.Service, [id]) }, [], [id], id, now);
        }

        if (replica.State.IsTerminal())
        {
            return Write(stored, [], [id], id, now);
        }

        var drainSeconds = cut ? 0 : stored.Versions[replica.Version].Spec.Serving.DrainSeconds;
        return UserStop.Of(replica, drainSeconds, now) is { } ended ? Write(stored, [ended], [], id, now) : new Decision();
    }

    private static Decision Write(
        ServiceAggregate stored, IReadOnlyList<ReplicaRecord> upserts, IReadOnlyList<ReplicaId> removals, ReplicaId id, DateTimeOffset now) => new()
        {
            Commit = new ServiceCommit
            {
                ExpectedRowVersion = stored.RowVersion,
                Service = stored.Service,
                Upserts = upserts,
                Removals = removals,
                Events = [new ServiceEvent { At = now, Replica = id, Message = "ended on request" }],
            },
        };
}
