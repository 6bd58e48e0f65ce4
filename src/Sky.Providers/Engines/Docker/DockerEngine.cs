using System.Runtime.CompilerServices;
using Docker.DotNet;
using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Registries;

namespace Sky.Providers.Engines.Docker;

/// <summary>
/// Runs replicas as containers of a Docker Engine, one each. All that must be known after a crash of this program is kept by the daemon:
/// a container by its name and labels, a wish to stop as an empty volume. Disposing ends what goes on in the background and no container.
/// </summary>
public sealed class DockerEngine : IEngine, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly ReplicaNames _names;
    private readonly TimeProvider _time;
    private readonly DockerClient _client;
    private readonly DockerCalls _docker;
    private readonly ReplicaListing _listing;
    private readonly UsageMark _usage;
    private readonly ContainerLogs _logs;
    private readonly PoliteStops _stops;
    private readonly GpuChoice _gpus;
    private readonly LaunchSteps _steps;
    private readonly CancellationTokenSource _ends = new();
    private readonly Launches _launches;

    /// <param name="options">Which engine.</param>
    /// <param name="owner">Whose replicas; nothing of another owner is touched.</param>
    /// <param name="time">The clock.</param>
    public DockerEngine(DockerEngineOptions options, OwnerId owner, TimeProvider time)
        : this(options, owner, time, RegistryLogins.OfThisUser)
    {
    }

    internal DockerEngine(DockerEngineOptions options, OwnerId owner, TimeProvider time, RegistryLogins logins)
    {
        Name = options.Name;
        _names = new ReplicaNames(owner, Name);
        _usage = new UsageMark(options.UsageMark);
        _time = time;
        _client = DockerClients.Connect(options.Endpoint);
        _docker = new DockerCalls(_client, options.Endpoint);
        _listing = new ReplicaListing(_docker, _names);
        _logs = new ContainerLogs(_docker);
        _stops = new PoliteStops(_docker, time);
        _gpus = new GpuChoice(_docker, options.CountGpus);
        _steps = new LaunchSteps(_docker, options, _names, new ImagePulls(_docker, logins), _gpus);
        _launches = new Launches(_steps, StopIfMarkedAsync, _ends.Token);
    }

    public string Name { get; }

    public Task RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        _usage.Make();
        return _launches.RunAsync(request, cancellationToken);
    }

    public async Task StopAsync(ReplicaKey replica, TimeSpan grace, CancellationToken cancellationToken)
    {
        _usage.Make();
        var mark = new VolumesCreateParameters { Name = _names.StopMark(replica), Labels = _names.StopLabels(replica) };
        await _docker.DoAsync(client => client.Volumes.CreateAsync(mark, cancellationToken));
        if (await FindAsync(replica, cancellationToken) is { Running: true } container)
        {
            await _stops.StopAsync(container, grace, _ends.Token, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<EngineReplica>> ListAsync(CancellationToken cancellationToken)
    {
        if (!_usage.Exists)
        {
            return [];
        }

        // Launches first: one that is over meanwhile has left its container.
        var launches = _launches.All;
        var replicas = await _listing.ListAsync(cancellationToken);
        foreach (var (key, launch) in launches)
        {
            if (launch.Describe(replicas.GetValueOrDefault(key), Name) is { } replica)
            {
                replicas[key] = replica;
            }
        }

        return [.. replicas.Values];
    }

    public async Task ForgetAsync(ReplicaKey replica, CancellationToken cancellationToken)
    {
        if (_launches.IsLaunching(replica))
        {
            throw new EngineException(EngineFailure.Busy, $"replica {replica} is being started");
        }

        var container = await FindAsync(replica, cancellationToken);
        if (container is { Running: true })
        {
            throw new EngineException(EngineFailure.Busy, $"replica {replica} is still running");
        }

        if (container is not null)
        {
            await _docker.TryAsync(client => client.Containers.RemoveContainerAsync(
                container.Id, new ContainerRemoveParameters { RemoveVolumes = true }, cancellationToken));
        }

        foreach (var volume in await _listing.VolumesAsync(replica, cancellationToken))
        {
            await _docker.TryAsync(client => client.Volumes.RemoveAsync(volume, force: true, cancellationToken));
        }

        _launches.Forget(replica);
    }

    public async IAsyncEnumerable<string> LogsAsync(
        ReplicaKey replica, int? tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await WritingContainerAsync(replica, follow, cancellationToken) is not { } container)
        {
            yield break;
        }

        await foreach (var line in _logs.ReadAsync(container, tail, follow, cancellationToken))
        {
            yield return line;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await _launches.EndedAsync();
        await _stops.EndedAsync();
        _gpus.Dispose();
        _client.Dispose();
        _ends.Dispose();
    }

    /// <summary>A stop may have been asked for between the last look and the start.</summary>
    private async Task StopIfMarkedAsync(ReplicaKey replica, CancellationToken cancellationToken)
    {
        if (await _steps.IsStoppedAsync(replica, cancellationToken) && await FindAsync(replica, cancellationToken) is { Running: true } container)
        {
            await _stops.StopAsync(container, TimeSpan.Zero, _ends.Token, cancellationToken);
        }
    }

    /// <summary>The replica's container; null where there is none, or one of that name that is not ours.</summary>
    private async Task<SeenContainer?> FindAsync(ReplicaKey replica, CancellationToken cancellationToken) =>
        await _docker.ContainerAsync(_names.Container(replica), cancellationToken) is { } container && _names.KeyOf(container.Labels) == replica
            ? container
            : null;

    /// <summary>The id of a container that has begun to write; null where none will.</summary>
    private async Task<string?> WritingContainerAsync(ReplicaKey replica, bool follow, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Asked before the container: a launch that ends in between has left one.
            var launching = _launches.IsLaunching(replica);
            var container = await FindAsync(replica, cancellationToken);
            if (container?.StartedAt is not null)
            {
                return container.Id;
            }

            if (!follow || !launching)
            {
                return null;
            }

            await Task.Delay(Pause, _time, cancellationToken);
        }
    }
}
