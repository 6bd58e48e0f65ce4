using System.Collections.Concurrent;
using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Providers.Engines.Docker;

/// <summary>What an owner's containers and stop marks say of its replicas.</summary>
/// <param name="docker">The engine.</param>
/// <param name="names">The owner's.</param>
internal sealed class ReplicaListing(DockerCalls docker, ReplicaNames names)
{
    private const int InspectedAtOnce = 8;
    private readonly ContainerLogs _logs = new(docker);

    /// <summary>Ends do not change any more; by the container's id.</summary>
    private readonly ConcurrentDictionary<string, EngineReplica> _ended = new(StringComparer.Ordinal);

    public async Task<Dictionary<ReplicaKey, EngineReplica>> ListAsync(CancellationToken cancellationToken)
    {
        var containers = await docker.DoAsync(client => client.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = OfOwner() }, cancellationToken));
        var marked = await StopMarksAsync(cancellationToken);
        var replicas = new Dictionary<ReplicaKey, EngineReplica>();
        foreach (var some in containers.Chunk(InspectedAtOnce))
        {
            foreach (var replica in (await Task.WhenAll(some.Select(one => InspectAsync(one, marked, cancellationToken)))).OfType<EngineReplica>())
            {
                replicas[replica.Replica] = replica;
            }
        }

        foreach (var key in marked.Where(key => !replicas.ContainsKey(key)))
        {
            replicas[key] = new EngineReplica { Replica = key, State = EngineReplicaState.Exited };
        }

        foreach (var gone in _ended.Keys.Except(containers.Select(container => container.ID)).ToList())
        {
            _ended.TryRemove(gone, out _);
        }

        return replicas;
    }

    /// <summary>The names of a replica's volumes, its stop mark last: as long as anything is left, the replica is known.</summary>
    public async Task<IReadOnlyList<string>> VolumesAsync(ReplicaKey replica, CancellationToken cancellationToken) =>
    [
        .. (await VolumesAsync(cancellationToken))
            .Where(volume => names.KeyOf(volume.Labels) == replica)
            .OrderBy(volume => ReplicaNames.IsStopMark(volume.Labels))
            .Select(volume => volume.Name),
    ];

    /// <summary>All volumes of the owner's replicas.</summary>
    public async Task<IReadOnlyList<(string Volume, ReplicaKey Replica)>> KeyedVolumesAsync(CancellationToken cancellationToken) =>
        [.. (await VolumesAsync(cancellationToken)).Select(volume => (volume.Name, Key: names.KeyOf(volume.Labels))).Where(one => one.Key is not null).Select(one => (one.Name, one.Key!.Value))];

    private async Task<HashSet<ReplicaKey>> StopMarksAsync(CancellationToken cancellationToken) =>
    [
        .. (await VolumesAsync(cancellationToken))
            .Where(volume => ReplicaNames.IsStopMark(volume.Labels))
            .Select(volume => names.KeyOf(volume.Labels))
            .OfType<ReplicaKey>(),
    ];

    private async Task<IList<VolumeResponse>> VolumesAsync(CancellationToken cancellationToken) =>
        (await docker.DoAsync(client => client.Volumes.ListAsync(
            new VolumesListParameters { Filters = OfOwner() }, cancellationToken))).Volumes ?? [];

    /// <summary>Null where it is none of ours, or gone meanwhile.</summary>
    private async Task<EngineReplica?> InspectAsync(ContainerListResponse listed, HashSet<ReplicaKey> marked, CancellationToken cancellationToken)
    {
        if (names.KeyOf(listed.Labels) is not { } key)
        {
            return null;
        }

        if (_ended.TryGetValue(listed.ID, out var known))
        {
            return known;
        }

        if (await docker.ContainerAsync(listed.ID, cancellationToken) is not { } container)
        {
            return null;
        }

        var ended = ContainerInspection.HasEnded(container);
        var runBegan = container.Labels.ContainsKey(ReplicaNames.StagedLabel) ? await RunBeganAsync(container, cancellationToken) : null;
        var replica = ContainerInspection.Inspect(
            key, container, marked.Contains(key), runBegan, ended ? await _logs.LastLinesAsync(container.Id, cancellationToken) : []);
        if (ended)
        {
            _ended[container.Id] = replica;
        }

        return replica;
    }

    /// <summary>When the mark was made that setup is over; null before.</summary>
    private async Task<DateTimeOffset?> RunBeganAsync(SeenContainer container, CancellationToken cancellationToken)
    {
        if (container.StartedAt is null)
        {
            return null;
        }

        var mark = await docker.FindAsync(client => client.Containers.GetArchiveFromContainerAsync(
            container.Id, new ContainerPathStatParameters { Path = EntryScript.StageMark }, statOnly: true, cancellationToken));
        return mark?.Stat is { } stat ? new DateTimeOffset(stat.Mtime.ToUniversalTime()) : null;
    }

    private Dictionary<string, IDictionary<string, bool>> OfOwner() =>
        new() { ["label"] = names.Filter.ToDictionary(label => label, _ => true) };
}
