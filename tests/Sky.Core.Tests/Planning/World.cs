using Sky.Core.Autoscaling;
using Sky.Core.Catalog;
using Sky.Core.Clouds.Launching;
using Sky.Core.Endpoints;
using Sky.Core.Engines;
using Sky.Core.Placement;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Traffic.Experiments;

namespace Sky.Core.Tests.Planning;

/// <summary>One service, its store, engine, probes and gateway in memory, with a clock of its own. What a test does not break works.</summary>
internal sealed class World
{
    private static readonly ServiceName _name = new("svc");
    private readonly Dictionary<ReplicaId, EngineReplica> _engine = [];
    private readonly Dictionary<ReplicaId, EffectFailure> _failures = [];
    private readonly HashSet<ReplicaId> _stopMarks = [];
    private readonly Dictionary<ReplicaId, int> _versionOf = [];

    public World(ServiceSpec spec, UpdateMode mode = UpdateMode.Rolling)
    {
        Stored = new ServiceAggregate
        {
            RowVersion = 1,
            Replicas = [],
            Versions = new Dictionary<int, VersionRecord> { [1] = VersionOf(1, spec) },
            Service = new ServiceRecord
            {
                Name = _name,
                Phase = ServicePhase.Active,
                LatestVersion = 1,
                TargetVersion = 1,
                Mode = mode,
                NextReplicaId = new ReplicaId(1),
                Autoscaler = new AutoscalerState { Target = 0 },
                CreatedAt = Now,
            },
        };
    }

    public DateTimeOffset Now { get; private set; } = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public ServiceAggregate Stored { get; set; }

    public IReadOnlyDictionary<ReplicaId, EngineReplica> Engine => _engine;

    public List<string> Events { get; } = [];

    public int Launches { get; private set; }

    /// <summary>Whether a replica answers its probe.</summary>
    public Func<ReplicaRecord, bool> Healthy { get; set; } = _ => true;

    /// <summary>How a replica of a version ends at once when it is run; null: it runs.</summary>
    public Func<int, EngineReplica, EngineReplica?> Start { get; set; } = (_, _) => null;

    public Func<PlannedEffect, EngineFailure?> Fails { get; set; } = _ => null;

    /// <summary>Effects that are lost between commit and call, as in a crash.</summary>
    public Func<PlannedEffect, bool> Loses { get; set; } = _ => false;

    public ServiceLoad Load { get; set; } = new();

    /// <summary>What is known of versions that share requests.</summary>
    public IReadOnlyDictionary<int, ArmSight> Arms { get; set; } = new Dictionary<int, ArmSight>();

    public bool GatewaysDrain { get; set; } = true;

    public bool EngineAnswers { get; set; } = true;

    /// <summary>Replicas whose nodes are to be emptied.</summary>
    public Dictionary<ReplicaId, string> Leaving { get; } = [];

    /// <summary>What its nodes have cost in the present period of its budget.</summary>
    public double Spent { get; set; }

    /// <summary>Who sells nodes; null: all stand on machines one has.</summary>
    public NodeMarket? Market { get; set; }

    /// <summary>Engines that cannot be asked though others can.</summary>
    public HashSet<string> Silent { get; } = [];

    /// <summary>False: nothing that fits the target version can be had.</summary>
    public bool HasPlace { get; set; } = true;

    /// <summary>What can be had.</summary>
    public IReadOnlyList<Offering> Offerings { get; set; } = [TestSpec.Host];

    public ServiceRecord Service => Stored.Service;

    public ServiceStatus Status => StatusView.StatusOf(Stored);

    public IEnumerable<ReplicaRecord> Live => Stored.Replicas.Where(row => row.State.IsLive());

    public IEnumerable<ReplicaRecord> Ready => Stored.Replicas.Where(row => row.State == ReplicaState.Ready);

    public IEnumerable<ReplicaEndpoint> Served =>
        EndpointsView.From(Stored, Now)?.Replicas.Where(endpoint => !endpoint.Draining) ?? [];

    public ReplicaRecord Row(int id) => Stored.Replicas.Single(row => row.Id.Value == id);

    public void Update(ServiceSpec spec, UpdateMode mode = UpdateMode.Rolling)
    {
        var number = Service.LatestVersion + 1;
        Stored = Stored with
        {
            Versions = new Dictionary<int, VersionRecord>(Stored.Versions) { [number] = VersionOf(number, spec) },
            Service = Retarget.To(Service, number, mode, Now),
        };
    }

    /// <summary><c>up</c> after a <c>down</c>, over or not.</summary>
    public void Up(ServiceSpec spec)
    {
        var number = Service.LatestVersion + 1;
        Stored = Stored with
        {
            Versions = new Dictionary<int, VersionRecord>(Stored.Versions) { [number] = VersionOf(number, spec) },
            Service = Retarget.FromDown(Service, number, UpdateMode.Rolling, spec.Serving.ReplicaPolicy.MinReplicas, Now),
        };
    }

    public void Rollback(int version) => Stored = Stored with { Service = Retarget.To(Service, version, Service.Mode, Now) };

    public void Change(Func<ServiceRecord, ServiceRecord> change) => Stored = Stored with { Service = change(Service) };

    public void Down() => Change(service => service with { Phase = ServicePhase.ShuttingDown });

    public void Put(ReplicaRecord row) =>
        Stored = Stored with { Replicas = [.. Stored.Replicas.Where(other => other.Id != row.Id).Append(row).OrderBy(other => other.Id)] };

    public void Kill(int id, int? code = 1, string? signal = null) => Set(new ReplicaId(id), EngineReplicaState.Exited, code, signal);

    public void Lose(int id) => Set(new ReplicaId(id), EngineReplicaState.Lost, null, null);

    public void Vanish(int id) => _engine.Remove(new ReplicaId(id));

    /// <summary>What the engine says of it from now on.</summary>
    public void Say(int id, EngineReplicaState state, string? notice) => _engine[new ReplicaId(id)] = _engine[new ReplicaId(id)] with { State = state, Notice = notice };

    /// <summary>Whether its engine lets others find it, from now on.</summary>
    public void Announce(int id, bool announced) => _engine[new ReplicaId(id)] = _engine[new ReplicaId(id)] with { Announced = announced };

    /// <summary>From now on another engine lists it.</summary>
    public void MoveTo(int id, string engine) => _engine[new ReplicaId(id)] = _engine[new ReplicaId(id)] with { Engine = engine };

    public void AddStray(int id, EngineReplicaState state) =>
        _engine[new ReplicaId(id)] = new EngineReplica { Replica = new ReplicaKey(_name, new ReplicaId(id)), State = state };

    public void Arrive(int requests, int held = 0) =>
        Load = Load with { Window = [.. Load.Window.Append(new RequestCount(Now.ToUnixTimeSeconds(), requests))], Held = held };

    public ServiceSnapshot Snapshot()
    {
        var target = Stored.Versions[Service.TargetVersion].Spec;
        var placements = Placer.Choose(target.Resources, Offerings, target.Task, out var reason);
        return new ServiceSnapshot
        {
            Stored = Stored,
            Observed = EngineAnswers ? _engine.Where(pair => !Silent.Contains(pair.Value.Engine)).ToDictionary() : null,
            SilentEngines = Silent,
            Leaving = Leaving,
            Spent = Spent,
            Nodes = Market?.Latest ?? new Dictionary<ReplicaId, NodeLaunch>(),
            Refusals = Market?.Refusals ?? [],
            Probes = Stored.Replicas
                .Where(row => row.State is ReplicaState.Starting or ReplicaState.Ready or ReplicaState.NotReady)
                .ToDictionary(row => row.Id, row => new ProbeResult(Now, Healthy(row), Healthy(row) ? null : "HTTP 503")),
            EffectFailures = new Dictionary<ReplicaId, EffectFailure>(_failures),
            Load = Load with { Drained = GatewaysDrain ? Stored.Replicas.Where(row => row.State == ReplicaState.Draining && !Load.InFlight.ContainsKey(row.Id)).Select(row => row.Id).ToHashSet() : Load.Drained },
            Arms = Arms,
            Ports = new FakePorts(),
            Placements = HasPlace ? placements : [],
            NoPlacementReason = reason,
            Offerings = Offerings,
        };
    }

    /// <summary>One pass: plan, commit, act.</summary>
    public Plan Pass()
    {
        var plan = Planner.Plan(Snapshot(), Now);
        _failures.Clear();
        Commit(plan);
        Market?.Trade(Stored.Replicas, Now);
        foreach (var effect in plan.Effects.Where(effect => !Loses(effect)))
        {
            if (Fails(effect) is { } failure)
            {
                _failures[effect.Replica.Id] = new EffectFailure(Now, failure, $"{failure} for a test");
            }
            else
            {
                Act(effect);
            }
        }

        return plan;
    }

    /// <summary>Lets time pass in steps of a second, with a pass after each.</summary>
    public void Run(double seconds, Action? afterEach = null)
    {
        for (var i = 0; i < seconds; i++)
        {
            Now = Now.AddSeconds(1);
            Pass();
            afterEach?.Invoke();
        }
    }

    private VersionRecord VersionOf(int number, ServiceSpec spec) =>
        new() { Service = _name, Number = number, Spec = spec, CreatedAt = Now };

    private void Commit(Plan plan)
    {
        var rows = Stored.Replicas.ToDictionary(row => row.Id);
        foreach (var row in plan.Upserts)
        {
            rows[row.Id] = row;
        }

        foreach (var id in plan.Removals)
        {
            rows.Remove(id);
        }

        Stored = Stored with
        {
            Service = plan.Service,
            Replicas = [.. rows.Values.OrderBy(row => row.Id)],
            RowVersion = Stored.RowVersion + (plan.Changed ? 1 : 0),
        };
        Events.AddRange(plan.Events.Select(happened => $"{(Now.ToUnixTimeSeconds() % 100000):0} {happened.Replica}: {happened.Message}"));
    }

    private void Act(PlannedEffect effect)
    {
        var id = effect.Replica.Id;
        var known = _engine.GetValueOrDefault(id);
        switch (effect)
        {
            case PlannedEffect.Run run when known is null or { State: EngineReplicaState.Created } && !_stopMarks.Contains(id):
                Launches++;
                _versionOf[id] = run.Record.Version;
                var running = new EngineReplica { Replica = effect.Replica, Engine = run.Record.Placement.EngineName, State = EngineReplicaState.Running, LaunchedAt = Now, StartedAt = Now };
                _engine[id] = Start(run.Record.Version, running) ?? running;
                break;
            case PlannedEffect.Stop:
                _stopMarks.Add(id);
                if (known is not null)
                {
                    _engine[id] = known with { State = EngineReplicaState.Exited };
                }

                break;
            case PlannedEffect.Forget when known is { State: EngineReplicaState.Exited }:
                _engine.Remove(id);
                break;
            default:
                break;
        }
    }

    private void Set(ReplicaId id, EngineReplicaState state, int? code, string? signal)
    {
        if (_engine.TryGetValue(id, out var replica) && replica.State is EngineReplicaState.Running or EngineReplicaState.SettingUp)
        {
            _engine[id] = replica with
            {
                State = state,
                Exit = state == EngineReplicaState.Exited ? new ReplicaExit { Code = code, Signal = signal, Stage = "run" } : null,
            };
        }
    }
}
