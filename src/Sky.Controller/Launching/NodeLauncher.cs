using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Controller.Reconciling;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Launching;

/// <summary>
/// Buys the nodes that replicas wait for, and gives back those where nothing is to run any more. What it wants is stored before a cloud is asked; what
/// became of it is looked at, not remembered: it may be killed at any instruction.
/// </summary>
internal sealed partial class NodeLauncher(INodeLaunchStore launches, IStore services, CloudCalls clouds, NodeOrders orders, RegionClusters? clusters, NodeBook book, WorkQueue queue, TimeProvider time, ILogger<NodeLauncher> logger)
    : BackgroundService
{
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    /// <summary>One look at all; how soon the next is due.</summary>
    public async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        var stored = (await launches.LaunchesAsync(time.GetUtcNow() - NodeBook.Memory, cancellationToken)).ToDictionary(launch => launch.Launch.Id);
        var owner = await services.GetOwnerAsync(cancellationToken);
        var rows = await RowsAsync(owner, cancellationToken);
        foreach (var (id, row) in rows.Where(pair => !stored.ContainsKey(pair.Key)))
        {
            if (await clouds.OfferingAsync(row.Placement, cancellationToken) is { } offering && await orders.PlaceAsync(id, row.NodeAttempt, offering, row, cancellationToken) is { } placed)
            {
                stored[id] = placed;
            }
        }

        var wanted = rows.Keys.ToHashSet();
        wanted.UnionWith(clusters is null ? [] : await clusters.PrepareAsync(owner, stored, cancellationToken));
        var open = stored.Values.Where(launch => !launch.Launch.IsOver).ToList();
        var sights = await clouds.LookAsync(open.Select(launch => launch.Launch.Request.Offering.Cloud).Distinct(), cancellationToken);
        foreach (var done in await Task.WhenAll(open.Select(launch => StepAsync(launch, wanted.Contains(launch.Launch.Id), sights, cancellationToken))))
        {
            stored[done.Launch.Id] = done;
        }

        if (clusters is not null)
        {
            await clusters.FollowAsync(stored, cancellationToken);
        }

        foreach (var service in book.Write(stored.Values.Select(launch => launch.Launch)))
        {
            queue.Add(service);
        }

        return stored.Values.Any(launch => launch.Launch is { IsOver: false, State: not NodeLaunchState.Ready }) ? Busy : open.Count > 0 ? Calm : Idle;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var next = Busy;
                try
                {
                    next = await LookAsync(stoppingToken);
                }
                catch (StoreUnavailableException)
                {
                    // Whoever writes to it says so; the next look tries again.
                }

                await book.Bell.WaitAsync(next, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>The replicas that are to stand on bought nodes, by the node each is to have now.</summary>
    private async Task<Dictionary<NodeId, ReplicaRecord>> RowsAsync(OwnerId owner, CancellationToken cancellationToken)
    {
        Dictionary<NodeId, ReplicaRecord> wanted = [];
        foreach (var name in await services.ListAsync(cancellationToken))
        {
            foreach (var row in (await services.LoadAsync(name, cancellationToken))?.Replicas ?? [])
            {
                if (row.NodeAttempt > 0 && !row.State.IsTerminal())
                {
                    wanted[NodeNames.Of(owner, row, row.NodeAttempt)] = row;
                }
            }
        }

        return wanted;
    }

    private async Task<StoredNodeLaunch> StepAsync(StoredNodeLaunch stored, bool wanted, CloudSights sights, CancellationToken cancellationToken)
    {
        var seen = sights.Of(stored.Launch);
        var (next, call) = NodeLifecycle.Next(stored.Launch, wanted, clusters?.Of(stored.Launch, seen) ?? seen, time.GetUtcNow());
        stored = await KeepAsync(stored, next, cancellationToken);
        if (call == NodeCall.Nothing || !ReferenceEquals(stored.Launch, next))
        {
            return stored;
        }

        return await KeepAsync(stored, await clouds.DoAsync(next, call, cancellationToken), cancellationToken);
    }

    /// <summary>Writes what changed; where someone else wrote meanwhile, the present row as it was read, for the next look.</summary>
    private async Task<StoredNodeLaunch> KeepAsync(StoredNodeLaunch stored, NodeLaunch next, CancellationToken cancellationToken)
    {
        if (next == stored.Launch)
        {
            return stored with { Launch = next };
        }

        if (!await launches.WriteLaunchAsync(stored with { Launch = next }, cancellationToken))
        {
            return stored;
        }

        if (next.State != stored.Launch.State || next.Reason != stored.Launch.Reason)
        {
            LogChanged(next.Id, next.Request.Offering.InstanceType, next.Request.Offering.Zone ?? next.Request.Offering.Region ?? next.Request.Offering.Cloud, next.State, next.Reason ?? "");
        }

        return new StoredNodeLaunch(next, stored.RowVersion + 1);
    }

    [LoggerMessage(2110, LogLevel.Information, "node {Node} ({Type} in {Place}): {State} {Reason}")]
    private partial void LogChanged(NodeId node, string type, string place, NodeLaunchState state, string reason);
}
