using System.Collections.Concurrent;
using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>What nodes say of tasks' containers; what cannot change any more is asked once.</summary>
internal sealed class SwarmDetails(ISwarmNodes nodes, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, SwarmTaskDetails> _known = new(StringComparer.Ordinal);

    /// <summary>Null where there is no container, or its node does not answer.</summary>
    public SwarmTaskDetails? Of(SwarmTaskView task) => _known.GetValueOrDefault(task.Id);

    /// <summary>Asks for what is not known yet of these tasks on nodes that managers hear of, and drops what is known of others.</summary>
    public async Task UpdateAsync(IReadOnlyCollection<SwarmTaskView> tasks, IReadOnlySet<string> living, CancellationToken cancellationToken)
    {
        foreach (var gone in _known.Keys.Except(tasks.Select(task => task.Id)).ToList())
        {
            _known.TryRemove(gone, out _);
        }

        await Task.WhenAll(tasks.Where(task => living.Contains(task.Node) && !IsKnown(task)).Select(task => AskAsync(task, cancellationToken)));
    }

    /// <summary>An end is known for good; of what runs, that <c>run</c> has begun.</summary>
    private bool IsKnown(SwarmTaskView task) =>
        task.Container is null || (_known.TryGetValue(task.Id, out var known) && (known.Over || (!task.IsOver && known.RunBegan is not null)));

    private async Task AskAsync(SwarmTaskView task, CancellationToken cancellationToken)
    {
        if (nodes.Node(task.Node)?.Within(SwarmManagers.AnswerTime, time) is not { } node)
        {
            return;
        }

        try
        {
            if (await node.ContainerAsync(task.Container!, cancellationToken) is { } container)
            {
                _known[task.Id] = new SwarmTaskDetails
                {
                    StartedAt = container.StartedAt,
                    RunBegan = await RunBeganAsync(node, container, cancellationToken),
                    OutOfMemory = container.OutOfMemory,
                    Over = task.IsOver,
                    LastLines = task.IsOver ? await new ContainerLogs(node).LastLinesAsync(container.Id, cancellationToken) : [],
                };
            }
        }
        catch (EngineException)
        {
            // The node does not answer: what its manager says has to do.
        }
    }

    private static async Task<DateTimeOffset?> RunBeganAsync(DockerCalls node, SeenContainer container, CancellationToken cancellationToken)
    {
        if (!container.Labels.ContainsKey(ReplicaNames.StagedLabel) || container.StartedAt is null)
        {
            return container.StartedAt;
        }

        var mark = await node.FindAsync(client => client.Containers.GetArchiveFromContainerAsync(
            container.Id, new ContainerPathStatParameters { Path = EntryScript.StageMark }, statOnly: true, cancellationToken));
        return mark?.Stat is { } stat ? new DateTimeOffset(stat.Mtime.ToUniversalTime()) : null;
    }
}
