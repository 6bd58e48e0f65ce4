using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Planning;

/// <summary>One random history: users, engines, probes, gateways and crashes, then a long time in which nothing happens.</summary>
internal sealed class History
{
    public const int Verbs = 21;

    private const int StepsToRest = 500;
    private readonly bool _fixedPorts;
    private readonly World _world;
    private readonly Promises _promises;
    private readonly HashSet<int> _sick = [];
    private int _updates;
    private bool _crash;

    /// <param name="fixedPorts">True: every version listens on one of two ports, whatever it is given.</param>
    public History(bool fixedPorts)
    {
        _fixedPorts = fixedPorts;
        _world = new World(Spec(0, 2, broken: false));
        _world.Healthy = row => !_sick.Contains(row.Id.Value);
        _world.Start = (version, replica) => Promises.IsBroken(_world.Stored.Versions[version])
            ? replica with { State = EngineReplicaState.Exited, Exit = new ReplicaExit { Code = 1, Stage = "run" } }
            : null;
        _world.Loses = _ => _crash;
        _promises = new Promises(_world);
    }

    public void Play((int Verb, int Argument)[] history)
    {
        foreach (var (verb, argument) in history)
        {
            Do(verb, argument);
            Step();
            _promises.PlansComeToRest();
        }

        _sick.Clear();
        _world.EngineAnswers = true;
        _world.HasPlace = true;
        var atFirst = _world.Service.NextReplicaId.Value;
        Steps(StepsToRest - 100);
        var later = _world.Service.NextReplicaId.Value;
        Steps(100);
        _promises.LaunchesAreFew(later - atFirst, _world.Service.NextReplicaId.Value - later);
        _promises.PlansComeToRest();
        _promises.Converged();
    }

    private ServiceSpec Spec(int task, int replicas, bool broken, int surge = 1, int unavailable = 0, bool rollback = false) => TestSpec.Of(
        broken ? $"broken {task}" : $"serve {task}",
        min: _fixedPorts ? Math.Min(1, replicas) : replicas,
        max: _fixedPorts ? 1 : replicas + 2,
        qps: 1,
        policy: policy => policy with { UpscaleDelaySeconds = 20, DownscaleDelaySeconds = 60 },
        serving: serving => serving with
        {
            UpdatePolicy = new UpdatePolicySpec
            {
                MaxSurge = surge,
                MaxUnavailable = unavailable,
                OnFailure = rollback ? UpdateFailureAction.Rollback : UpdateFailureAction.Stop,
            },
        },
        fixedPort: _fixedPorts ? 8080 + (task % 5 == 4 ? 1 : 0) : null);

    private void Do(int verb, int argument)
    {
        var rows = _world.Stored.Replicas;
        var one = rows.Count == 0 ? 0 : rows[argument % rows.Count].Id.Value;
        switch (verb)
        {
            case 0: _world.Kill(one); break;
            case 1: _world.Lose(one); break;
            case 2: _world.Vanish(one); break;
            case 3: _sick.Add(one); break;
            case 4: _sick.Clear(); break;
            case 5: _world.Arrive(argument % 300, held: argument % 2); break;
            case 6: _world.EngineAnswers = !_world.EngineAnswers; break;
            case 7: _world.GatewaysDrain = !_world.GatewaysDrain; break;
            case 8: _crash = true; break;
            case 9: _world.HasPlace = !_world.HasPlace; break;
            case 10: Steps(argument % 20); break;
            default: Ask(verb, argument, one); break;
        }
    }

    /// <summary>What users ask for; of a service that is not up they can only ask that it come up again.</summary>
    private void Ask(int verb, int argument, int one)
    {
        if (_world.Service.Phase != ServicePhase.Active)
        {
            _world.Up(Spec(++_updates, argument % 3, broken: argument % 4 == 0));
            return;
        }

        var few = 1 + (argument % 3);
        switch (verb)
        {
            case 11 or 12: _world.Update(Spec(++_updates, few, broken: false, 1 + (argument % 2), argument % 2)); break;
            case 13: _world.Update(Spec(++_updates, few, broken: true, rollback: argument % 2 == 0)); break;
            case 14: _world.Update(Spec(++_updates, few, broken: argument % 4 == 0), UpdateMode.BlueGreen); break;
            case 15: _world.Update(Spec(_updates, argument % 4, broken: false)); break;
            case 16: _world.Update(Spec(++_updates, few, broken: argument % 5 == 0, surge: 0, unavailable: 1 + (argument % 2))); break;
            case 17: _world.Rollback(1 + (argument % _world.Service.LatestVersion)); break;
            case 18: _world.Change(service => service with { PinnedReplicas = argument % 2 == 0 ? null : argument % (_fixedPorts ? 2 : 5) }); break;
            case 19: StopByHand(one); break;
            default: _world.Down(); break;
        }
    }

    private void StopByHand(int id)
    {
        if (_world.Stored.Replicas.FirstOrDefault(row => row.Id.Value == id) is { } row && UserStop.Of(row, 20, _world.Now) is { } stopped)
        {
            _world.Put(stopped);
        }
    }

    private void Steps(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Step();
        }
    }

    private void Step()
    {
        var before = _world.Stored;
        _world.Run(1);
        _crash = false;
        _promises.Check(before, _world.Stored);
    }
}
