using Sky.Core.Endpoints;
using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Planning;

/// <summary>What must hold after every step of a history, and at its end.</summary>
internal sealed class Promises(World world)
{
    private readonly HashSet<ReplicaId> _over = [];
    private int _highest;

    public static bool IsBroken(VersionRecord version) => version.Spec.Task.Run!.StartsWith("broken", StringComparison.Ordinal);

    public void Check(ServiceAggregate before, ServiceAggregate after)
    {
        var old = before.Replicas.Select(row => row.Id).ToHashSet();
        foreach (var row in after.Replicas.Where(row => !old.Contains(row.Id)))
        {
            Assert.True(row.Id.Value > _highest, $"number {row.Id} is given again");
            Assert.True(after.Service.Progress(row.Version).FailedAt is null, $"version {row.Version} was given up and launches replica {row.Id}\n{Story()}");
            Assert.True(after.Service.Phase == ServicePhase.Active, $"replica {row.Id} is launched though the service is not up");
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
        NoPortTwice(after);
        NeverTheLastReadyOne(before, after);
    }

    /// <summary>Nothing changes however often a snapshot that stays as it is is planned.</summary>
    public void PlansComeToRest()
    {
        var snapshot = world.Snapshot();
        List<string> told = [];
        for (var i = 0; i < 20; i++)
        {
            var plan = Planner.Plan(snapshot, world.Now);
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

    /// <summary>
    /// While nothing happens, one update and its fallback may have to be finished: three times all replicas and a few that fail; and then nothing more.
    /// </summary>
    public void LaunchesAreFew(int finishing, int afterwards)
    {
        var most = world.Stored.Versions.Values.Max(version => Math.Min(version.Spec.Serving.ReplicaPolicy.Max, FixedPort.Capacity(version.Spec)));
        Assert.True(finishing <= (3 * Math.Max(most, world.Service.PinnedReplicas ?? 0)) + 2, $"{finishing} launches though nothing happened\n{Story()}");
        Assert.True(afterwards == 0, $"{afterwards} launches long after anything happened\n{Story()}");
    }

    public void Converged()
    {
        var service = world.Service;
        if (service.Phase != ServicePhase.Active)
        {
            Assert.Equal(ServicePhase.Down, service.Phase);
            Assert.Empty(world.Stored.Replicas);
            Assert.Empty(world.Engine);
            return;
        }

        var story = Story();
        Assert.All(world.Stored.Replicas, row => Assert.True(row.State == ReplicaState.Ready || row.State.IsKeptFailure(), $"{row.Id} is {row.State}\n{story}"));
        if (Lead.Of(service, world.Stored.Replicas) is not { } lead)
        {
            Assert.Equal(ServiceStatus.Failed, world.Ready.Any() ? ServiceStatus.Failed : world.Status);
            return;
        }

        if (IsBroken(world.Stored.Versions[lead]))
        {
            return;
        }

        var wanted = Math.Min(service.Autoscaler.Target, FixedPort.Capacity(world.Stored.Versions[lead].Spec));
        Assert.True(world.Ready.Count() == wanted, $"{world.Ready.Count()} ready, {wanted} wanted\n{story}");
        Assert.True(world.Ready.All(row => row.Version == lead), story);
        Assert.True(world.Served.Count() == wanted, story);
        Assert.Equal(world.Ready.Count(), world.Engine.Values.Count(replica => replica.State != EngineReplicaState.Exited));
        Assert.False(world.Pass().Changed);
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

    private void NoPortTwice(ServiceAggregate after)
    {
        var ports = after.Replicas.Where(row => row.State != ReplicaState.Pending && !row.State.IsTerminal()).Select(row => row.Port).ToList();
        Assert.True(ports.Distinct().Count() == ports.Count, "one port for two replicas");
    }

    private void NeverTheLastReadyOne(ServiceAggregate before, ServiceAggregate after)
    {
        static bool Serves(ServiceAggregate service, ReplicaRecord row) => row.State == ReplicaState.Ready && EndpointsView.Serves(service.Service, row);
        var served = before.Replicas.Where(row => Serves(before, row)).ToList();
        var unharmed = served.All(row => world.Healthy(row) && (!world.EngineAnswers || WasRunning(row.Id, after)));
        if (served.Count == 0 || !unharmed || after.Service.Autoscaler.Target == 0 || after.Service.Phase != ServicePhase.Active || MayPause(after))
        {
            return;
        }

        Assert.True(after.Replicas.Any(row => Serves(after, row)), $"the last ready replica was stopped\n{Story()}");
    }

    /// <summary>One replica alone cannot be updated without a pause where its port, or the limits of the update, leave no room for a second.</summary>
    private static bool MayPause(ServiceAggregate after) =>
        after.Versions.Values.Any(version => FixedPort.Of(version.Spec) is not null)
        || (after.Service.Autoscaler.Target == 1 && after.Versions.Values.Any(version => version.Spec.Serving.UpdatePolicy.MaxSurge == 0));

    /// <summary>True unless the row's own end is the world's doing.</summary>
    private static bool WasRunning(ReplicaId id, ServiceAggregate after) =>
        after.Replicas.FirstOrDefault(row => row.Id == id) is { } row && row.StopCause is null or StopCause.Outdated or StopCause.ScaledDown;

    private string Story() => string.Join('\n', world.Events.TakeLast(60));
}
