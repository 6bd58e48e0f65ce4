using Sky.Core.Services;
using Sky.Testing.Simulation;

namespace Sky.SystemTests.Simulation;

/// <summary>What a world has come to when nothing happens in it any more.</summary>
internal sealed record Outcome
{
    public required ServicePhase Phase { get; init; }

    public required int TargetVersion { get; init; }

    public required int LatestVersion { get; init; }

    public required UpdateMode Mode { get; init; }

    public required int? Pinned { get; init; }

    public required int Wanted { get; init; }

    public required int NextId { get; init; }

    /// <summary>Replicas that were ever started.</summary>
    public required int Starts { get; init; }

    /// <summary>The ready replicas' ids, in order.</summary>
    public required string Ready { get; init; }

    /// <summary>The versions that get requests and how many replicas each has.</summary>
    public required string Arms { get; init; }

    /// <summary>Null while something is still to come: whoever is ready runs, is of the version in force and gets requests, and nobody else does.</summary>
    public static async Task<Outcome?> OfAsync(SimulatedWorld world)
    {
        if (await world.StoredAsync() is not { Service: var service } stored)
        {
            return null;
        }

        var present = stored.Replicas.Where(row => !row.State.IsTerminal()).ToList();
        var wanted = service.Phase == ServicePhase.Active ? service.Autoscaler.Target : 0;
        var arms = ArmsOf(service, wanted);
        List<ReplicaId> ready = [.. present.Where(row => row.State == ReplicaState.Ready && arms.ContainsKey(row.Version)).Select(row => row.Id).Order()];
        var settled = service.Phase != ServicePhase.ShuttingDown
            && (service.Phase == ServicePhase.Active || stored.Replicas.Count == 0)
            && arms.All(arm => present.Count(row => row.Version == arm.Key && row.State == ReplicaState.Ready) == arm.Value)
            && present.Count == ready.Count
            && service is { Canary: null, Traffic: null or { Weights.Count: > 1 } }
            && (service.Traffic is not { } split || split.InForce.SequenceEqual(split.Weights))
            && ready.SequenceEqual(world.Engine.Living.Select(request => request.Replica.Id).Order())
            && world.Gateway.Alive
            && ready.SequenceEqual(world.Gateway.Usable);
        return !settled ? null : new Outcome
        {
            Phase = service.Phase,
            TargetVersion = service.TargetVersion,
            LatestVersion = service.LatestVersion,
            Mode = service.Mode,
            Pinned = service.PinnedReplicas,
            Wanted = wanted,
            NextId = service.NextReplicaId.Value,
            Starts = world.Engine.Started.Count,
            Ready = string.Join(' ', ready),
            Arms = string.Join(' ', arms),
        };
    }

    /// <summary>Replicas of each version that gets requests.</summary>
    public static SortedDictionary<int, int> ArmsOf(ServiceRecord service, int wanted) => service.Traffic is { } split
        ? new(split.Weights.ToDictionary(arm => arm.Version, arm => Core.Planning.Arms.TargetOf(wanted, arm.Percent, 100)))
        : new() { [service.TargetVersion] = wanted };
}
