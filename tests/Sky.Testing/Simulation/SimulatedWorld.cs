using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Api;
using Sky.Controller.Hosting;
using Sky.Controller.Reconciling;
using Sky.Core;
using Sky.Core.Autoscaling;
using Sky.Core.Endpoints;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Store;
using Sky.Testing.Clouds;
using Sky.Testing.Engines;
using Sky.Testing.Store;

namespace Sky.Testing.Simulation;

/// <summary>
/// One service, an engine, a store and a clock, in memory unless another store is given, and a controller that may be killed at any instruction: the next
/// step then goes on with a new one that knows only what is stored and what the engine lists.
/// </summary>
internal sealed class SimulatedWorld : IDisposable
{
    private readonly Random _random;
    private readonly ILoggerFactory _logs;

    /// <summary>The gateway outlives the controller and tells a new one of the whole last minute.</summary>
    private readonly Queue<RequestCount> _arrivals = new();

    private ControlPlane _plane;
    private int _callsToCrash = int.MaxValue;

    public SimulatedWorld(int seed, ILoggerFactory? logs = null, IStore? store = null)
    {
        _logs = logs ?? NullLoggerFactory.Instance;
        _random = new Random(seed);
        Time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Engine = new FakeEngine(Time)
        {
            SetupTakes = TimeSpan.FromMilliseconds(_random.Next(0, 2000)),
            ReadyTakes = TimeSpan.FromMilliseconds(_random.Next(0, 2000)),
            StopTakes = TimeSpan.FromMilliseconds(_random.Next(0, 2000)),
            OnCall = (_, _) => MayCrash(),
        };
        Store = new FaultStore(store ?? new InMemoryStore())
        {
            OnCommit = (_, _) => MayCrash(),
            Conflict = () => Faults && _random.Next(20) == 0,
        };
        _plane = NewController();
    }

    public static ServiceName Name { get; } = new("sim");

    public FakeTimeProvider Time { get; }

    public FakeEngine Engine { get; }

    public FaultStore Store { get; }

    /// <summary>While true, commits are refused and effects fail now and then.</summary>
    public bool Faults { get; set; }

    public int Crashes { get; private set; }

    /// <summary>Requests a second that a gateway reports, and whether one is there at all.</summary>
    public int RequestRate { get; set; }

    /// <summary>The controller dies at its n-th contact with store, engine, gateway or replica from now on, before or after it has its effect.</summary>
    public void CrashAfter(int contacts) => _callsToCrash = contacts;

    public async Task<ServiceAggregate?> StoredAsync() => await Store.LoadAsync(Name, CancellationToken.None);

    /// <summary>Does what a user asks for, as the API does; killed in the middle, the user does not know and asks no more.</summary>
    public async Task<Decision?> AskAsync(Func<ServiceAggregate?, DateTimeOffset, Decision> verb)
    {
        try
        {
            return await new ServiceChanges(Store, new WorkQueue(Time), Time).ChangeAsync(Name, verb, CancellationToken.None);
        }
        catch (SimulatedCrash)
        {
            Restart();
            return null;
        }
    }

    /// <summary>A quarter of a second passes: gateways report, probes are made, one pass is taken.</summary>
    public async Task StepAsync()
    {
        Time.Advance(TimeSpan.FromMilliseconds(250));
        if (Faults && _random.Next(15) == 0)
        {
            Engine.FailNext(
                (FakeEngineCallKind)_random.Next(4), _random.Next(2) == 0 ? EngineFailure.Unavailable : EngineFailure.NoCapacity, afterEffect: _random.Next(2) == 0);
        }

        try
        {
            await ReportAsync();
            await ProbeAsync();
            var passes = 0;
            while ((await _plane.Reconciler.ReconcileOnceAsync(Name, CancellationToken.None)).Again && passes++ < 20)
            {
            }
        }
        catch (SimulatedCrash)
        {
            Restart();
        }
    }

    public void Dispose() => _plane.Dispose();

    private void MayCrash()
    {
        if (--_callsToCrash <= 0)
        {
            _callsToCrash = int.MaxValue;
            throw new SimulatedCrash();
        }
    }

    private void Restart()
    {
        Crashes++;
        _plane.Dispose();
        _plane = NewController();
    }

    private ControlPlane NewController() => new(new ControlPlaneParts
    {
        Options = new ControllerOptions { Home = new SkyHome("/nowhere"), Listen = new Uri("http://127.0.0.1:1"), GatewayUrl = "http://127.0.0.1:2" },
        Store = Store,
        Engine = Engine,
        Cloud = new FakeCloud(),
        Prober = new FakeProber(Engine, Time),
        Ports = new AllPortsFree(),
        Time = Time,
        Random = _random,
        Timing = new ReconcileTiming { EngineMaxAge = TimeSpan.Zero },
        Logs = _logs,
    });

    private async Task ProbeAsync()
    {
        var prober = new FakeProber(Engine, Time);
        foreach (var target in _plane.Probes.TakeDue(out _))
        {
            MayCrash();
            _plane.Probes.Record(target, await prober.ProbeAsync(target, CancellationToken.None));
            MayCrash();
        }
    }

    private async Task ReportAsync()
    {
        var replicas = (await StoredAsync())?.Replicas ?? [];
        var second = Time.GetUtcNow().ToUnixTimeSeconds();
        if (_arrivals.LastOrDefault().Second != second)
        {
            _arrivals.Enqueue(new RequestCount(second, RequestRate));
        }

        while (_arrivals.Peek().Second <= second - 60)
        {
            _arrivals.Dequeue();
        }

        MayCrash();
        _plane.Gateways.Accept(new GatewayReport
        {
            Gateway = "one",
            Services =
            [
                new ServiceReport
                {
                    Service = Name,
                    Arrivals = [.. _arrivals],
                    Replicas = [.. replicas.Select(replica => new ReplicaReport { Id = replica.Id, Draining = replica.State == ReplicaState.Draining })],
                },
            ],
        });
    }
}
