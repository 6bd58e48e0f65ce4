using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Controller.Reconciling;

/// <summary>What the engines listed at one moment.</summary>
/// <param name="Sequence">Counts up; greater than a <see cref="EngineObserver.Mark"/> means the listing began after that mark.</param>
/// <param name="At">When the listing began.</param>
/// <param name="Services">Replicas by service; null when no engine could be asked.</param>
internal sealed record Observation(
    long Sequence,
    DateTimeOffset At,
    IReadOnlyDictionary<ServiceName, IReadOnlyDictionary<ReplicaId, EngineReplica>>? Services)
{
    private static readonly IReadOnlyDictionary<ReplicaId, EngineReplica> Nothing = new Dictionary<ReplicaId, EngineReplica>();

    /// <summary>The engines that could not be asked, by name, each with the reason.</summary>
    public IReadOnlyDictionary<string, string> Silent { get; init; } = NoneSilent;

    private static readonly IReadOnlyDictionary<string, string> NoneSilent = new Dictionary<string, string>();

    /// <summary>The clouds of one's own machines at which replicas of a service were lost, and have not ended yet: where they stood nothing may stand any more.</summary>
    public IReadOnlyCollection<string> LostAt(ServiceAggregate service) => Of(service.Service.Name) is not { } seen ? [] :
    [
        .. service.Replicas
            .Where(row => !row.State.IsTerminal() && !row.Placement.Bought && seen.GetValueOrDefault(row.Id) is { State: EngineReplicaState.Lost })
            .Select(row => row.Placement.Cloud)
            .Distinct(),
    ];

    /// <summary>The replicas of one service; null when no engine could be asked.</summary>
    public IReadOnlyDictionary<ReplicaId, EngineReplica>? Of(ServiceName service) => Services?.GetValueOrDefault(service, Nothing);
}
