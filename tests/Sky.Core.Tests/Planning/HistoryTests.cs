using CsCheck;
using Sky.Core.Endpoints;
using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Planning;

/// <summary>Random histories: whatever users, engines, probes and crashes do, the promises of the planner hold after every pass, and a world that heals converges.</summary>
public sealed class HistoryTests
{
    private static readonly Gen<(int Verb, int Argument)[]> _histories = Gen.Select(Gen.Int[0, 17], Gen.Int[0, 999]).Array[5, 50];

    [Fact]
    public void Promises_hold_through_any_history_and_a_healed_world_converges() =>
        _histories.Sample(history => new History().Play(history), iter: 60, threads: 1);

    private sealed class History
    {
        private readonly World _world = new(Spec(0, 2, broken: false));
        private readonly HashSet<int> _sick = [];
        private readonly HashSet<ReplicaId> _over = [];
        private int _highest;
        private int _updates;
        private bool _crash;

        public History()
        {
            _world.Healthy = row => !_sick.Contains(row.Id.Value);
            _world.Start = (version, replica) => _world.Stored.Versions[version].Spec.Task.Run!.StartsWith("broken", StringComparison.Ordinal)
                ? replica with { State = EngineReplicaState.Exited, Exit = new ReplicaExit { Code = 1, Stage = "run" } }
                : null;
            _world.Loses = _ => _crash;
        }

        public void Play((int Verb, int Argument)[] history)
        {
            foreach (var (verb, argument) in history)
            {
                Do(verb, argument);
                Step();
                PlansToRest();
            }

            _sick.Clear();
            _world.EngineAnswers = true;
            for (var i = 0; i < 500; i++)
            {
                Step();
            }

            PlansToRest();

            Converged();
        }

        private static ServiceSpec Spec(int task, int replicas, bool broken, int surge = 1, int unavailable = 0, bool rollback = false) => TestSpec.Of(
            broken ? $"broken {task}" : $"serve {task}",
            min: replicas,
            max: replicas + 2,
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
            });

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
                case 5: _world.Update(Spec(++_updates, 1 + (argument % 3), broken: false, 1 + (argument % 2), argument % 2)); break;
                case 6: _world.Update(Spec(++_updates, 1 + (argument % 3), broken: true, rollback: argument % 2 == 0)); break;
                case 7: _world.Update(Spec(++_updates, 1 + (argument % 3), broken: argument % 4 == 0), UpdateMode.BlueGreen); break;
                case 8: _world.Update(Spec(_updates, argument % 4, broken: false)); break;
                case 9: _world.Rollback(1 + (argument % _world.Service.LatestVersion)); break;
                case 10: _world.Change(service => service with { PinnedReplicas = argument % 5 }); break;
                case 11: _world.Change(service => service with { PinnedReplicas = null }); break;
                case 12: _world.Arrive(argument % 300, held: argument % 2); break;
                case 13: _world.EngineAnswers = !_world.EngineAnswers; break;
                case 14: StopByHand(one); break;
                case 15: _world.GatewaysDrain = !_world.GatewaysDrain; break;
                case 16: _crash = true; break;
                default:
                    for (var i = 0; i < argument % 20; i++)
                    {
                        Step();
                    }

                    break;
            }
        }

        private void StopByHand(int id)
        {
            if (_world.Stored.Replicas.FirstOrDefault(row => row.Id.Value == id) is { } row && UserStop.Of(row, 20, _world.Now) is { } stopped)
            {
                _world.Put(stopped);
            }
        }

        private void Step()
        {
            var before = _world.Stored;
            _world.Run(1);
            _crash = false;
            Check(before, _world.Stored);
        }

        private void Check(ServiceAggregate before, ServiceAggregate after)
        {
            var old = before.Replicas.Select(row => row.Id).ToHashSet();
            foreach (var row in after.Replicas.Where(row => !old.Contains(row.Id)))
            {
                Assert.True(row.Id.Value > _highest, $"number {row.Id} is given again");
                Assert.True(after.Service.Progress(row.Version).FailedAt is null, $"version {row.Version} was given up and launches replica {row.Id}");
                _highest = row.Id.Value;
            }

            Assert.True(after.Service.LatestVersion >= before.Service.LatestVersion);
            foreach (var row in after.Replicas)
            {
                Assert.False(_over.Contains(row.Id) && !row.State.IsTerminal(), $"replica {row.Id} came back from its end");
                if (row.State.IsTerminal())
                {
                    _over.Add(row.Id);
                }
            }

            NotTooMany(before, after);
            NeverTheLastReadyOne(before, after);
        }

        private static void NotTooMany(ServiceAggregate before, ServiceAggregate after)
        {
            if (after.Service.Mode == UpdateMode.BlueGreen)
            {
                return;
            }

            var live = after.Replicas.Count(row => row.State.IsLive());
            var surge = after.Versions.Values.Max(version => version.Spec.Serving.UpdatePolicy.MaxSurge);
            var bound = after.Service.Autoscaler.Target + surge;
            Assert.True(live <= bound || live <= before.Replicas.Count(row => row.State.IsLive()), $"{live} live replicas, at most {bound} allowed");
        }

        private void NeverTheLastReadyOne(ServiceAggregate before, ServiceAggregate after)
        {
            bool Serves(ServiceAggregate service, ReplicaRecord row) => row.State == ReplicaState.Ready && EndpointsView.Serves(service.Service, row);
            var served = before.Replicas.Where(row => Serves(before, row)).ToList();
            var unharmed = served.All(row => _world.Healthy(row) && (!_world.EngineAnswers || WasRunning(row.Id, after)));
            if (served.Count > 0 && unharmed && after.Service.Autoscaler.Target > 0)
            {
                Assert.True(after.Replicas.Any(row => Serves(after, row)), $"the last ready replica was stopped\n{string.Join('\n', _world.Events.TakeLast(40))}");
            }
        }

        /// <summary>True unless the row's own end is the world's doing.</summary>
        private static bool WasRunning(ReplicaId id, ServiceAggregate after) =>
            after.Replicas.FirstOrDefault(row => row.Id == id) is { } row && row.StopCause is null or StopCause.Outdated or StopCause.ScaledDown;

        private void PlansToRest()
        {
            var snapshot = _world.Snapshot();
            List<string> told = [];
            for (var i = 0; i < 20; i++)
            {
                var plan = Planner.Plan(snapshot, _world.Now);
                if (!plan.Changed)
                {
                    return;
                }

                told.AddRange(plan.Events.Select(happened => $"{i} {happened.Replica}: {happened.Message}"));

                var rows = snapshot.Stored.Replicas.Where(row => !plan.Removals.Contains(row.Id)).ToDictionary(row => row.Id);
                foreach (var row in plan.Upserts)
                {
                    rows[row.Id] = row;
                }

                snapshot = snapshot with
                {
                    Stored = snapshot.Stored with { Service = plan.Service, Replicas = [.. rows.Values.OrderBy(row => row.Id)] },
                    EffectFailures = new Dictionary<ReplicaId, EffectFailure>(),
                };
            }

            Assert.Fail($"The plan changes again and again though nothing happens.\n{string.Join('\n', told)}");
        }

        private void Converged()
        {
            var service = _world.Service;
            var story = string.Join('\n', _world.Events.TakeLast(60));
            Assert.All(_world.Stored.Replicas, row => Assert.True(row.State == ReplicaState.Ready || row.State.IsKeptFailure(), $"{row.Id} is {row.State}\n{story}"));
            if (Lead.Of(service, _world.Stored.Replicas) is not { } lead)
            {
                Assert.Equal(ServiceStatus.Failed, _world.Ready.Any() ? ServiceStatus.Failed : _world.Status);
                return;
            }

            if (_world.Stored.Versions[lead].Spec.Task.Run!.StartsWith("broken", StringComparison.Ordinal))
            {
                return;
            }

            Assert.True(_world.Ready.Count() == service.Autoscaler.Target, $"{_world.Ready.Count()} ready, {service.Autoscaler.Target} wanted\n{story}");
            Assert.True(_world.Ready.All(row => row.Version == lead), story);
            Assert.True(_world.Served.Count() == service.Autoscaler.Target, story);
            Assert.Equal(_world.Ready.Count(), _world.Engine.Values.Count(replica => replica.State != EngineReplicaState.Exited));
            Assert.False(_world.Pass().Changed);
        }
    }
}
