using System.Diagnostics;
using System.Text.Json;
using Sky.Controller.Api;
using Sky.Controller.Hosting;
using Sky.Controller.Store;
using Sky.Core;
using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Clouds;
using Sky.Testing.Engines;
using Sky.Testing.Store;

namespace Sky.Bench.Scale;

/// <summary>A whole controller but for its HTTP side, with its loops running, over a store on disk.</summary>
internal sealed class ManyServices : IDisposable
{
    private const int Rounds = 7;
    private const int Workers = 4;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly int _replicas;
    private readonly List<ServiceName> _names;
    private readonly DirectoryInfo _home;
    private readonly SqliteStore _store;
    private readonly ReadyAtOnce _ready = new();
    private readonly ControlPlane _plane;

    private ManyServices(int services, int replicas, DirectoryInfo home, SqliteStore store)
    {
        _replicas = replicas;
        _names = [.. Enumerable.Range(1, services).Select(i => new ServiceName($"service-{i:000}"))];
        _home = home;
        _store = store;
        _plane = new ControlPlane(new ControlPlaneParts
        {
            Options = new ControllerOptions { Home = new SkyHome(home.FullName), Listen = new Uri("http://127.0.0.1:1"), GatewayUrl = "http://127.0.0.1:30000" },
            Store = store,
            Engines = new EngineSet(new FakeEngine(TimeProvider.System)),
            Clouds = [new FakeCloud()],
            Prober = _ready,
            Ports = _ready,
        });
    }

    public static async Task<ManyServices> CreateAsync(int services, int replicas, CancellationToken cancellationToken)
    {
        var home = Directory.CreateTempSubdirectory("sky-scale-");
        return new ManyServices(services, replicas, home, await SqliteStore.OpenAsync(Path.Combine(home.FullName, "state.db"), TestSealer.Instance, cancellationToken));
    }

    public async Task<ScaleNumbers> MeasureAsync(CancellationToken cancellationToken)
    {
        await _plane.Loop.StartAsync(cancellationToken);
        await _plane.ProbeLoop.StartAsync(cancellationToken);
        await _plane.EngineWatch.StartAsync(cancellationToken);
        var bringUp = await BringUpAsync(cancellationToken);
        await Task.Delay(Quiet, cancellationToken);
        var (cores, probes) = await DoNothingAsync(cancellationToken);
        GC.Collect();
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        Process.GetCurrentProcess().Refresh();
        var workingSet = Environment.WorkingSet;

        // Passes of one service must not overlap, so the loop rests while they are forced.
        await _plane.Loop.StopAsync(cancellationToken);
        var passes = await RepeatAsync(() => PassAsync(cancellationToken));
        var bytes = 0;
        var statuses = await RepeatAsync(async () => bytes = await StatusAsync(cancellationToken));
        await _plane.EngineWatch.StopAsync(cancellationToken);
        await _plane.ProbeLoop.StopAsync(cancellationToken);
        return new ScaleNumbers
        {
            BringUp = bringUp,
            Passes = passes,
            Statuses = statuses,
            StatusBytes = bytes,
            QuietCores = cores,
            ProbesPerSecond = probes,
            ManagedBytes = managed,
            WorkingSetBytes = Math.Max(workingSet, Environment.WorkingSet),
        };
    }

    public void Dispose()
    {
        _plane.Dispose();
        _store.Dispose();
        _home.Delete(recursive: true);
    }

    private async Task<TimeSpan> BringUpAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var changes = new ServiceChanges(_store, _plane.Queue, TimeProvider.System);
        foreach (var name in _names)
        {
            var request = new PutServiceRequest { Spec = Spec() };
            await changes.ChangeAsync(name, (stored, now) => PutService.Decide(name, stored, request, now), cancellationToken);
        }

        var reader = Reader();
        while ((await reader.ListAsync(null, cancellationToken)).Sum(view => view.ReadyReplicas) < _names.Count * _replicas)
        {
            await Task.Delay(100, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(began);
    }

    private async Task<(double Cores, double Probes)> DoNothingAsync(CancellationToken cancellationToken)
    {
        using var self = Process.GetCurrentProcess();
        var (began, used, probes) = (Stopwatch.GetTimestamp(), self.TotalProcessorTime, _ready.Probes);
        await Task.Delay(Quiet, cancellationToken);
        self.Refresh();
        var elapsed = Stopwatch.GetElapsedTime(began);
        return ((self.TotalProcessorTime - used) / elapsed, (_ready.Probes - probes) / elapsed.TotalSeconds);
    }

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_names, options, async (name, token) => await _plane.Reconciler.ReconcileOnceAsync(name, token));
    }

    private async Task<int> StatusAsync(CancellationToken cancellationToken)
    {
        var views = await Reader().ListAsync(null, cancellationToken);
        return JsonSerializer.SerializeToUtf8Bytes(views, ApiJson.Default.IReadOnlyListServiceView).Length;
    }

    private ServiceReader Reader() => new(_store, _plane.Gateways, _plane.Publications, TimeProvider.System);

    /// <summary>Rounds lie further apart than a listing of the engine is kept, so each pays for one.</summary>
    private static async Task<IReadOnlyList<TimeSpan>> RepeatAsync(Func<Task> work)
    {
        var rounds = new List<TimeSpan>();
        for (var round = 0; round < Rounds; round++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2.1));
            var began = Stopwatch.GetTimestamp();
            await work();
            rounds.Add(Stopwatch.GetElapsedTime(began));
        }

        return rounds;
    }

    private ServiceSpec Spec() => new()
    {
        Serving = new ServingSpec
        {
            ReadinessProbe = new ReadinessProbeSpec(),
            ReplicaPolicy = new ReplicaPolicySpec { MinReplicas = _replicas },
        },
        Task = new TaskSpec { Run = "exec serve --port $SKY_PORT", Port = 8080, TakesPort = true },
        Resources = new ResourcesSpec { Candidates = [new ResourceCandidate()] },
    };
}
