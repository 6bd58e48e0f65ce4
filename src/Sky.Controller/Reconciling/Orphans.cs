using Microsoft.Extensions.Logging;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Reconciling;

/// <summary>
/// What the engine runs for services that the store does not know, as after the loss of the store. Nobody ends it unasked:
/// the store may be restored.
/// </summary>
internal sealed partial class Orphans(IEngines engines, EngineObserver observer, IStore store, TimeProvider time, ILogger<Orphans> logger)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Those that have not ended, by name; empty when the engine cannot be asked.</summary>
    public async Task<IReadOnlyList<ReplicaKey>> LivingAsync(CancellationToken cancellationToken) =>
        Living(await AmongAsync(await observer.ObserveAsync(0, MaxAge, cancellationToken), cancellationToken) ?? []);

    /// <summary>What has not ended once every service is down: it was given up because it could not be stopped. Empty when the engine cannot be asked.</summary>
    public async Task<IReadOnlyList<ReplicaKey>> GivenUpAsync(CancellationToken cancellationToken)
    {
        var seen = await observer.ObserveAsync(observer.Mark(), MaxAge, cancellationToken);
        return seen.Services is { } services ? Living([.. services.Values.SelectMany(service => service.Values)]) : [];
    }

    /// <summary>Says in the log what of this listing is orphaned. False when that cannot be told now.</summary>
    public async Task<bool> WarnAsync(Observation seen, CancellationToken cancellationToken)
    {
        try
        {
            if (await AmongAsync(seen, cancellationToken) is not { } orphans)
            {
                return false;
            }

            if (Living(orphans) is { Count: > 0 } living)
            {
                LogOrphans(string.Join(", ", living));
            }

            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Ends them all, and removes what is left of them. Null when none is left, else why that could not be done within a minute.</summary>
    public async Task<string?> EndAsync(CancellationToken cancellationToken)
    {
        var deadline = time.GetUtcNow() + Patience;
        while (true)
        {
            var seen = await observer.ObserveAsync(observer.Mark(), MaxAge, cancellationToken);
            var left = await AmongAsync(seen, cancellationToken);
            if (left is { Count: 0 })
            {
                return null;
            }

            var failure = left is null ? "The engine cannot be asked." : await EndAsync(left, cancellationToken);
            if (time.GetUtcNow() > deadline)
            {
                return $"Replicas of unknown services still run: {string.Join(", ", (left ?? []).Select(replica => replica.Replica))}. {failure}".TrimEnd();
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<string?> EndAsync(IReadOnlyList<EngineReplica> orphans, CancellationToken cancellationToken)
    {
        string? failure = null;
        foreach (var orphan in orphans.Where(orphan => orphan.State != EngineReplicaState.Stopping))
        {
            if (engines.Find(orphan.Engine) is not { } engine)
            {
                continue;
            }

            try
            {
                var ends = orphan.State == EngineReplicaState.Exited
                    ? engine.ForgetAsync(orphan.Replica, cancellationToken)
                    : engine.StopAsync(orphan.Replica, Grace, cancellationToken);
                await ends.WaitAsync(Patience, time, cancellationToken);
            }
            catch (Exception e) when (e is EngineException or TimeoutException)
            {
                failure = e.Message;
            }
        }

        return failure;
    }

    /// <summary>The store is read after the engine was: a replica's service is stored before the replica runs.</summary>
    private async Task<IReadOnlyList<EngineReplica>?> AmongAsync(Observation seen, CancellationToken cancellationToken)
    {
        if (seen.Services is not { } services)
        {
            return null;
        }

        var known = await store.ListAsync(cancellationToken);
        return [.. services.Where(service => !known.Contains(service.Key)).SelectMany(service => service.Value.Values)];
    }

    private static List<ReplicaKey> Living(IReadOnlyList<EngineReplica> orphans) =>
        [.. orphans.Where(orphan => orphan.State != EngineReplicaState.Exited)
            .Select(orphan => orphan.Replica).OrderBy(replica => replica.Service).ThenBy(replica => replica.Id)];

    [LoggerMessage(2014, LogLevel.Warning, "these replicas run for services that the database does not know: {Replicas}. They run on; `sky controller stop --down` ends them")]
    private partial void LogOrphans(string replicas);
}
