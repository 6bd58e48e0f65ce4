using System.Diagnostics;
using Sky.Core;
using Sky.Providers.Engines.Process;
using Sky.Testing.Processes;

namespace Sky.Providers.Tests.Engines.Process;

/// <summary>A home of its own with an engine; at its end everything that runs in it is ended.</summary>
internal sealed class ProcessWorld : IAsyncDisposable
{
    public ProcessWorld(string? root = null)
    {
        Home = new SkyHome(root ?? Directory.CreateTempSubdirectory("sky-engine-").FullName);
        Engine = NewEngine();
    }

    public SkyHome Home { get; }

    public ProcessEngine Engine { get; }

    /// <summary>Another engine on the same home, as after a restart of the controller.</summary>
    public ProcessEngine NewEngine() => new(Home, [SkyProgram.Path, "internal-runner"], TimeProvider.System);

    public string Folder(Core.Services.ReplicaKey key) => Path.GetDirectoryName(File(key, "x"))!;

    public string File(Core.Services.ReplicaKey key, string name) =>
        Path.Combine(Home.Replicas, key.Service.Value, key.Id.ToString(), name);

    public async ValueTask DisposeAsync()
    {
        var deadline = Stopwatch.GetTimestamp() + 60 * Stopwatch.Frequency;
        while (Stopwatch.GetTimestamp() < deadline)
        {
            var alive = (await Engine.ListAsync(CancellationToken.None)).Where(r => r.State != Core.Engines.EngineReplicaState.Exited).ToList();
            if (alive.Count == 0)
            {
                break;
            }

            foreach (var replica in alive)
            {
                await Engine.StopAsync(replica.Replica, TimeSpan.Zero, CancellationToken.None);
            }

            await Task.Delay(50);
        }

        while (Directory.Exists(Home.Root))
        {
            await ForgetAllAsync(deadline);
        }
    }

    /// <summary>A runner that was started last may look in while it is cleaned up: then again.</summary>
    private async Task ForgetAllAsync(long deadline)
    {
        try
        {
            foreach (var replica in await Engine.ListAsync(CancellationToken.None))
            {
                await Engine.ForgetAsync(replica.Replica, CancellationToken.None);
            }

            Directory.Delete(Home.Root, recursive: true);
        }
        catch (Exception error) when (error is IOException or Core.Engines.EngineException && Stopwatch.GetTimestamp() < deadline)
        {
            await Task.Delay(50);
        }
    }
}
