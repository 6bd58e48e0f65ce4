using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Controller.Nodes;
using Sky.Controller.Reconciling;
using Sky.Core.Clusters;
using Sky.Core.Engines;
using Sky.Core.Nodes;
using Sky.Core.Store;

namespace Sky.Controller.Clusters;

/// <summary>Finishes what was begun with nodes: takes note of those that have joined, and takes out those that are to go, again and again until it is done.</summary>
internal sealed partial class ClusterKeeper(ClusterChanges changes, IClusterControl control, NodeEnrolments enrolments, INodeStore nodes, IStore services, WorkQueue queue, TimeProvider time, ILogger<ClusterKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>One look at all clusters that have something unfinished.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (changes.Current.Count > 0)
        {
            await HearNoticesAsync(cancellationToken);
        }

        foreach (var cluster in changes.Current)
        {
            foreach (var node in cluster.Nodes.Where(node => node.State == ClusterNodeState.Removing))
            {
                await RemoveAsync(cluster, node, cancellationToken);
            }

            if (cluster.Nodes.Any(node => node.State == ClusterNodeState.Joining))
            {
                await NoteJoinedAsync(cluster, cancellationToken);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await changes.LoadAsync(stoppingToken);
            while (true)
            {
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (StoreUnavailableException)
                {
                    // Whoever writes to it says so; the next look tries again.
                }

                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task HearNoticesAsync(CancellationToken cancellationToken)
    {
        var notices = (await nodes.NodesAsync(cancellationToken))
            .Where(stored => stored.Node is { RemovedAt: null, Notice: not null })
            .ToDictionary(stored => stored.Node.Key, stored => stored.Node.Notice!);
        if (changes.Note(notices))
        {
            foreach (var service in await services.ListAsync(cancellationToken))
            {
                queue.Add(service);
            }
        }
    }

    private async Task NoteJoinedAsync(ClusterRecord cluster, CancellationToken cancellationToken)
    {
        var facts = await control.LookAsync(cluster, cancellationToken);
        foreach (var (name, seen) in facts.Nodes)
        {
            if (seen.EngineId is { } id && cluster.Find(name) is { State: ClusterNodeState.Joining })
            {
                await changes.ChangeAsync(
                    cluster.Name, (known, _) => known is null ? new ClusterDecision() : ClusterRules.Joined(known, name, id), cancellationToken);
                LogJoined(new NodeKey(cluster.Name, name));
            }
        }
    }

    private async Task RemoveAsync(ClusterRecord cluster, ClusterNode node, CancellationToken cancellationToken)
    {
        var key = new NodeKey(cluster.Name, node.Name);
        try
        {
            await control.RemoveNodeAsync(cluster, node, cancellationToken);
            await enrolments.RemoveAsync(key, cancellationToken);
        }
        catch (Exception failure) when (failure is EngineException or NodeRefusedException)
        {
            LogWaits(key, failure.Message);
            return;
        }

        await changes.ChangeAsync(
            cluster.Name,
            (known, _) => known?.Find(node.Name) is { State: ClusterNodeState.Removing } ? known.Without(node.Name) : new ClusterDecision(),
            cancellationToken);
        LogRemoved(key);
    }

    [LoggerMessage(2090, LogLevel.Information, "node {Node} has joined its cluster")]
    private partial void LogJoined(NodeKey node);

    [LoggerMessage(2091, LogLevel.Information, "node {Node} is taken out of its cluster")]
    private partial void LogRemoved(NodeKey node);

    [LoggerMessage(2092, LogLevel.Warning, "node {Node} cannot be taken out of its cluster yet: {Reason}")]
    private partial void LogWaits(NodeKey node, string reason);
}
