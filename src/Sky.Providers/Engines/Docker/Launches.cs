using System.Collections.Concurrent;
using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Providers.Engines.Docker;

/// <summary>The replicas that an engine of containers is starting, or has tried to start without success; each is started once at a time.</summary>
/// <param name="steps">How.</param>
/// <param name="after">Done once a replica is started.</param>
/// <param name="ends">Ends them all.</param>
internal sealed class Launches(ILaunchSteps steps, Func<ReplicaKey, CancellationToken, Task> after, CancellationToken ends)
{
    private readonly ConcurrentDictionary<ReplicaKey, Launch> _launches = new();

    /// <summary>As they are now.</summary>
    public IReadOnlyList<KeyValuePair<ReplicaKey, Launch>> All => _launches.ToArray();

    /// <summary>
    /// Starts the replica, or waits with whoever does, until it is started or its image has to be pulled. One that can never be started stays as it is; of one whose
    /// pull has failed since nobody has heard, so that it is told instead of tried again.
    /// </summary>
    /// <exception cref="EngineException">It could not be started, this time.</exception>
    public async Task RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        if (_launches.TryGetValue(request.Replica, out var before) && before.Work.IsCompleted)
        {
            if (before.Failure is ProvisionException)
            {
                return;
            }

            Drop(before);
            if (before is { WaitedForImage: true, Failure: EngineException unheard })
            {
                throw unheard;
            }
        }

        var launch = _launches.GetOrAdd(request.Replica, _ => new Launch(request, steps, after, ends));
        await launch.SettledAsync(cancellationToken);
        if (launch.Work.IsCompleted && launch.Failure is not ProvisionException)
        {
            Drop(launch);
            launch.ThrowFailure();
        }
    }

    public bool IsLaunching(ReplicaKey replica) => _launches.TryGetValue(replica, out var launch) && !launch.Work.IsCompleted;

    public void Forget(ReplicaKey replica) => _launches.TryRemove(replica, out _);

    /// <summary>Over when all are.</summary>
    public Task EndedAsync() => Task.WhenAll(_launches.Values.Select(launch => launch.Work));

    private void Drop(Launch launch) => _launches.TryRemove(KeyValuePair.Create(launch.Request.Replica, launch));
}
