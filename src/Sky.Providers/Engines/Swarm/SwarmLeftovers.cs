using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>
/// Removes volumes of replicas that no service knows any more: those of a node that was away when its replicas were given up. Looks seldom, since it asks
/// every node.
/// </summary>
internal sealed class SwarmLeftovers(ISwarmNodes nodes, SwarmNames names, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>All volumes of this owner, with their nodes; none where it is not time to look. To be called before services are listed: what is being started then has one.</summary>
    public async Task<IReadOnlyList<(DockerCalls Node, string Volume, ReplicaKey Replica)>> FindAsync(IEnumerable<string> living, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < _next)
        {
            return [];
        }

        _next = now + Pause;
        var found = await Task.WhenAll(living.Select(nodes.Node).OfType<DockerCalls>().Select(node => OnAsync(node.Within(SwarmManagers.AnswerTime, time), cancellationToken)));
        return [.. found.SelectMany(several => several)];
    }

    /// <summary>Removes those of replicas that are not known. What is in use still is left for another time.</summary>
    public static async Task RemoveAsync(
        IReadOnlyList<(DockerCalls Node, string Volume, ReplicaKey Replica)> found, Func<ReplicaKey, bool> isKnown, CancellationToken cancellationToken)
    {
        foreach (var (node, volume, _) in found.Where(one => !isKnown(one.Replica)))
        {
            try
            {
                await node.TryAsync(client => client.Volumes.RemoveAsync(volume, force: false, cancellationToken));
            }
            catch (EngineException)
            {
            }
        }
    }

    private async Task<IReadOnlyList<(DockerCalls, string, ReplicaKey)>> OnAsync(DockerCalls node, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await new ReplicaListing(node, names.Containers).KeyedVolumesAsync(cancellationToken)).Select(one => (node, one.Volume, one.Replica))];
        }
        catch (EngineException)
        {
            return [];
        }
    }
}
