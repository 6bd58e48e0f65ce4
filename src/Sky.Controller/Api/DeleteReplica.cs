using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
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
        .WithSummary("End one replica; it is replaced");

    private static Task<IResult> HandleAsync(string name, int id, bool? purge, ServiceChanges changes, CancellationToken cancellationToken) =>
        changes.AnswerAsync(
            new ServiceName(name),
            (stored, now) => Decide(name, stored, new ReplicaId(id), purge ?? false, now),
            StatusCodes.Status202Accepted,
            cancellationToken);

    public static Decision Decide(string name, ServiceAggregate? stored, ReplicaId id, bool purge, DateTimeOffset now)
    {
        if (stored is null or { Service.Phase: ServicePhase.Down })
        {
            return Problem.NoService(name);
        }

        if (stored.Replicas.FirstOrDefault(replica => replica.Id == id) is not { } replica)
        {
            return Problem.NotFound($"Service '{name}' has no replica {id}.");
        }

        return replica.State switch
        {
            ReplicaState.Draining or ReplicaState.Stopping => new Decision(),
            ReplicaState.FailedCleanup when !purge => Problem.Conflict(
                "failed_state", $"Replica {id} could not be stopped. Use `sky serve down {name} --replica-id {id} --purge` to give it up."),
            ReplicaState.FailedCleanup or ReplicaState.Stopped or ReplicaState.Failed or ReplicaState.FailedInitialDelay
                or ReplicaState.FailedProbing or ReplicaState.FailedProvision or ReplicaState.Preempted => Write(stored, [], [id], id, now),
            _ => Write(stored, [Ended(replica, stored, now)], [], id, now),
        };
    }

    private static ReplicaRecord Ended(ReplicaRecord replica, ServiceAggregate stored, DateTimeOffset now)
    {
        var serves = replica.State is ReplicaState.Ready or ReplicaState.NotReady;
        return replica with
        {
            State = serves ? ReplicaState.Draining : ReplicaState.Stopping,
            StopCause = StopCause.UserAsked,
            Reason = "ended on request",
            DrainUntil = serves ? now.AddSeconds(stored.Versions[replica.Version].Spec.Serving.DrainSeconds) : null,
            ChangedAt = now,
            Attempts = 0,
            NotBefore = null,
        };
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
