using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Api;
using Sky.Controller.Hosting;
using Sky.Controller.Reconciling;
using Sky.Core;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Store;
using Sky.Testing.Clouds;
using Sky.Testing.Engines;
using Sky.Testing.Store;

namespace Sky.Testing.Simulation;

/// <summary>
/// One service, an engine, a store, a gateway and a clock, in memory unless another store is given, and a controller that may be killed at any
/// instruction: the next step then goes on with a new one that knows only what is stored and what the engine lists.
/// </summary>
internal sealed class SimulatedWorld : IDisposable
{
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(1);
    private readonly Random _random;
    private readonly ILoggerFactory _logs;
    private ControlPlane _plane;

    /// <summary>Ends with the controller: what takes failures for values knows by it that this is none.</summary>
    private CancellationTokenSource _life = new();
    private bool _takenUp;
    private DateTimeOffset _controllerBackAt;
    private int _contactsToFault = int.MaxValue;
    private SimulatedFault _fault;

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
            OnCall = (call, after) =>
            {
                EngineCalled?.Invoke(call, after);
                Contact();
            },
        };
        Gateway = new SimulatedGateway(Time);
        Store = new FaultStore(store ?? new InMemoryStore())
        {
            OnCommit = (_, _) => Contact(),
            Conflict = () => Faults && _random.Next(20) == 0,
        };
        _plane = NewController();
    }

    public static ServiceName Name { get; } = new("sim");

    public FakeTimeProvider Time { get; }

    public FakeEngine Engine { get; }

    public FaultStore Store { get; }

    public SimulatedGateway Gateway { get; }

    public SimulatedExperiments Experiments { get; } = new();

    /// <summary>Called before and (true) after each call that reaches the engine.</summary>
    public Action<FakeEngineCall, bool>? EngineCalled { get; set; }

    /// <summary>While true, commits are refused and effects fail now and then.</summary>
    public bool Faults { get; set; }

    /// <summary>How often the controller was killed.</summary>
    public int Crashes { get; private set; }

    /// <summary>Faults that have struck, of whatever kind.</summary>
    public int Struck { get; private set; }

    /// <summary>The replica whose runner was killed last.</summary>
    public ReplicaId? Victim { get; private set; }

    /// <summary>True while a fault is still to strike, and can.</summary>
    public bool FaultIsDue => _contactsToFault != int.MaxValue && HasVictim;

    /// <summary>The controller's contacts with store, engine, gateway and replicas so far; each is a fault point.</summary>
    public int Contacts { get; private set; }

    /// <summary>True while a verb of a user is carried into the store.</summary>
    public bool UserAsks { get; private set; }

    /// <summary>Requests a second that reach the gateway.</summary>
    public int RequestRate { get; set; }

    /// <summary>
    /// The fault strikes at the controller's n-th contact from now on, before or after that has its effect.
    /// The kill of a runner waits for a contact at which a replica runs.
    /// </summary>
    public void FaultAfter(int contacts, SimulatedFault fault = SimulatedFault.Controller) => (_contactsToFault, _fault) = (contacts, fault);

    /// <summary>No fault strikes any more.</summary>
    public void NoFault() => _contactsToFault = int.MaxValue;

    public async Task<ServiceAggregate?> StoredAsync() => await Store.LoadAsync(Name, CancellationToken.None);

    /// <summary>Does what a user asks for, as the API does; killed in the middle, the user does not know and asks no more.</summary>
    public async Task<Decision?> AskAsync(Func<ServiceAggregate?, DateTimeOffset, Decision> verb)
    {
        UserAsks = true;
        try
        {
            return await new ServiceChanges(Store, new WorkQueue(Time), Time).ChangeAsync(Name, verb, CancellationToken.None);
        }
        catch (SimulatedCrash)
        {
            Restart();
            return null;
        }
        finally
        {
            UserAsks = false;
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

        Gateway.Serve(RequestRate, replica => Engine.Answers(new ReplicaKey(Name, replica)));
        if (Time.GetUtcNow() < _controllerBackAt)
        {
            return;
        }

        try
        {
            await TakeUpAsync();
            Contact();
            await Gateway.TalkAsync(_plane);
            await ProbeAsync();
            var passes = 0;
            while ((await _plane.Reconciler.ReconcileOnceAsync(Name, _life.Token)).Again && passes++ < 20)
            {
            }
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            Restart();
        }
    }

    public void Dispose()
    {
        _plane.Dispose();
        _life.Dispose();
    }


    /// <summary>The first thing that a new controller does.</summary>
    private async Task TakeUpAsync()
    {
        if (!_takenUp)
        {
            await _plane.Loop.TakeUpAsync(_life.Token);
            _takenUp = true;
        }
    }

    private bool HasVictim => _fault != SimulatedFault.Runner || Engine.Living.Count > 0;

    private void Contact()
    {
        Contacts++;
        if (_contactsToFault == int.MaxValue || --_contactsToFault > 0 || !HasVictim)
        {
            return;
        }

        NoFault();
        Struck++;
        if (_fault is SimulatedFault.Runner or SimulatedFault.All && Engine.Living is { Count: > 0 } living)
        {
            var victim = living[Contacts % living.Count].Replica;
            Victim = victim.Id;
            Engine.KillRunner(victim);
        }

        if (_fault is SimulatedFault.Gateway or SimulatedFault.All)
        {
            Gateway.Kill();
        }

        if (_fault is SimulatedFault.Controller or SimulatedFault.All)
        {
            _life.Cancel();
            throw new SimulatedCrash();
        }
    }

    private void Restart()
    {
        Crashes++;
        _life.Dispose();
        _life = new CancellationTokenSource();
        _controllerBackAt = Time.GetUtcNow() + (_fault == SimulatedFault.All ? Absence : TimeSpan.Zero);
        _takenUp = false;
        _plane.Dispose();
        _plane = NewController();
    }

    private ControlPlane NewController() => new(new ControlPlaneParts
    {
        Options = new ControllerOptions { Home = new SkyHome("/nowhere"), Listen = new Uri("http://127.0.0.1:1"), GatewayUrl = "http://127.0.0.1:2" },
        Store = Store,
        Experiments = Experiments,
        Engines = new EngineSet(Engine),
        Clouds = [new FakeCloud()],
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
            Contact();
            _plane.Probes.Record(target, await prober.ProbeAsync(target, CancellationToken.None));
            Contact();
        }
    }
}
