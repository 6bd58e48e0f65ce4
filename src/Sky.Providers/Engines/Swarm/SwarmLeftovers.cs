using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>
/// Removes what is left of replicas that no service knows any more: volumes of a node that was away when its replicas were given up, and secrets of a
/// service that was never made. Looks seldom, since it asks every node: at once where one is heard of (again), and soon where it could not be done.
/// </summary>
internal sealed class SwarmLeftovers(ISwarmNodes nodes, SwarmSecrets secrets, SwarmNames names, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private IReadOnlySet<string> _living = new HashSet<string>();

    /// <summary>All volumes and secrets of this owner, each with what removes it; none where it is not time to look. To be called before services are listed: what is being started then has one.</summary>
    public async Task<IReadOnlyList<(ReplicaKey Replica, Func<CancellationToken, Task> Remove)>> FindAsync(IReadOnlySet<string> living, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var isOneBack = !living.IsSubsetOf(_living);
        _living = living;
        if (now < _next && !isOneBack)
        {
            return [];
        }

        _next = now + Pause;
        var found = await Task.WhenAll(living.Select(nodes.Node).OfType<DockerCalls>().Select(node => OnAsync(node.Within(SwarmManagers.AnswerTime, time), cancellationToken)));
        var kept = (await secrets.OursAsync(cancellationToken)).Select(secret => (secret.Replica, Removal(secret.Id)));
        return [.. found.SelectMany(several => several), .. kept];

        Func<CancellationToken, Task> Removal(string id) => token => secrets.RemoveAsync(id, token);
    }

    /// <summary>Removes those of replicas that are not known. What is in use still is left for another time.</summary>
    public async Task RemoveAsync(
        IReadOnlyList<(ReplicaKey Replica, Func<CancellationToken, Task> Remove)> found, Func<ReplicaKey, bool> isKnown, CancellationToken cancellationToken)
    {
        foreach (var (_, remove) in found.Where(one => !isKnown(one.Replica)))
        {
            try
            {
                await remove(cancellationToken);
            }
            catch (EngineException)
            {
                LookSoon();
            }
        }
    }

    private void LookSoon() => _next = time.GetUtcNow() + Soon;

    private async Task<IReadOnlyList<(ReplicaKey, Func<CancellationToken, Task>)>> OnAsync(DockerCalls node, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await new ReplicaListing(node, names.Containers).KeyedVolumesAsync(cancellationToken)).Select(one => (one.Replica, Removal(one.Volume)))];
        }
        catch (EngineException)
        {
            LookSoon();
            return [];
        }

        Func<CancellationToken, Task> Removal(string volume) => token => node.TryAsync(client => client.Volumes.RemoveAsync(volume, force: false, token));
    }
}
