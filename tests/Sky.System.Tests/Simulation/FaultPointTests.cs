using Sky.Controller.Api;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Traffic;
using Sky.Core.Traffic.Canaries;
using Sky.Core.Traffic.Experiments;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Simulation;

/// <summary>
/// Each verb is carried out again and again; each time, controller, gateway, a runner or all three are killed at another of its fault points, and the world is
/// run until it settles. Then it is where the undisturbed one is: with the same replicas, each started once, or with one more for the one that was killed.
/// </summary>
public sealed class FaultPointTests
{
    private const int Seed = 7;
    private const int StepsToSettle = 4 * 60 * 5;

    /// <summary>Longer than anyone is away: what looks settled must stay so.</summary>
    private const int QuietSteps = 12;

    private static readonly string[] Verbs =
        ["up", "update rolling", "update blue_green", "update of an autoscaled service", "scale up", "scale down", "scale auto", "rollback", "down", "load",
        "traffic", "traffic shifts", "traffic ends", "canary that is good", "canary that is worse"];

    public static TheoryData<string, SimulatedFault> Cases =>
        [.. from verb in Verbs from fault in Enum.GetValues<SimulatedFault>() select new TheoryDataRow<string, SimulatedFault>(verb, fault)];

    [Theory]
    [Trait("Category", "Heavy")]
    [MemberData(nameof(Cases))]
    public Task KilledAtEveryFaultPoint(string verb, SimulatedFault fault) => KillAtPointsAsync(verb, fault, stride: 1);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task KilledAtEverySeventhFaultPoint(string verb, SimulatedFault fault) => KillAtPointsAsync(verb, fault, stride: 7);

    private static async Task KillAtPointsAsync(string verb, SimulatedFault fault, int stride)
    {
        var (expected, points, _) = await CarryOutAsync(verb, fault, point: null);
        Assert.True(points > 20, $"{verb} has {points} fault points");
        var struck = 0;
        for (var point = 1; point <= points; point += stride)
        {
            try
            {
                var (reached, _, victim) = await CarryOutAsync(verb, fault, point);
                struck++;
                CheckReached(expected, reached, victim);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new InvalidOperationException($"{fault} killed at contact {point} of {points} of {verb}, seed {Seed}: {e.Message}", e);
            }
        }

        Assert.True(struck > 0);
    }

    private static void CheckReached(Outcome expected, Outcome reached, ReplicaId? victim)
    {
        if (victim is null)
        {
            Assert.Equal(expected, reached);
            return;
        }

        Assert.Equal(expected with { NextId = 0, Starts = 0, Ready = "" }, reached with { NextId = 0, Starts = 0, Ready = "" });
        Assert.InRange(reached.NextId, expected.NextId, expected.NextId + 1);
        Assert.InRange(reached.Starts, expected.Starts, expected.Starts + 1);
        Assert.DoesNotContain(victim.Value.ToString(), reached.Ready.Split(' '));
    }

    private static async Task<(Outcome Reached, int Contacts, ReplicaId? Victim)> CarryOutAsync(string verb, SimulatedFault fault, int? point)
    {
        using var world = new SimulatedWorld(Seed);
        var invariants = new Invariants(world);
        world.Experiments.Arms = Arms(errors: verb == "canary that is worse" ? 500 : 0);
        foreach (var before in Before(verb))
        {
            world.RequestRate = before.Rate;
            await AskAsync(world, before.Verb);
            await SettleAsync(world, invariants, before.Wanted);
        }

        var contacts = world.Contacts;
        if (point is { } at)
        {
            world.FaultAfter(at, fault);
        }

        var (asked, rate, wanted) = Asked(verb);
        world.RequestRate = rate;
        await AskAsync(world, asked);
        var outcome = await SettleAsync(world, invariants, wanted);
        return (outcome, world.Contacts - contacts, world.Victim);
    }

    /// <summary>A user whose request was cut off asks again.</summary>
    private static async Task AskAsync(SimulatedWorld world, Verb verb)
    {
        var decision = await world.AskAsync((stored, now) => verb(stored, now)) ?? await world.AskAsync((stored, now) => verb(stored, now));
        Assert.True(decision is { Problem: null } || world.Crashes > 0, decision?.Problem?.Error.Message);
    }

    private static async Task<Outcome> SettleAsync(SimulatedWorld world, Invariants invariants, int wanted)
    {
        var (last, quiet) = ((Outcome?)null, 0);
        for (var step = 0; step < StepsToSettle; step++)
        {
            await world.StepAsync();
            await invariants.CheckAsync();
            var now = await Outcome.OfAsync(world);
            quiet = now is not null && now == last && now.Wanted == wanted && !world.FaultIsDue ? quiet + 1 : 0;
            last = now;
            if (quiet >= QuietSteps)
            {
                return now!;
            }
        }

        var stored = await world.StoredAsync();
        throw new InvalidOperationException($"it does not settle: phase {stored?.Service.Phase}, target {stored?.Service.TargetVersion}, wanted {stored?.Service.Autoscaler.Target}, "
            + string.Join(", ", (stored?.Replicas ?? []).Select(row => $"{row.Id} v{row.Version} {row.State} ({row.Reason})"))
            + $"; running {string.Join(' ', world.Engine.Living.Select(request => request.Replica.Id))}; the gateway uses {string.Join(' ', world.Gateway.Usable)}");
    }

    /// <summary>What is done before the verb itself, each with the requests a second that come then and the replicas that it ends with.</summary>
    private static IEnumerable<(Verb Verb, int Rate, int Wanted)> Before(string verb) => verb switch
    {
        "up" => [],
        "load" or "update of an autoscaled service" => [(Put(Autoscaled("serve")), 100, 4)],
        "scale down" or "down" => [(Put(TestSpecs.Spec(3)), 1, 3)],
        "scale auto" => [(Put(TestSpecs.Spec(2)), 1, 2), (Scale(4), 1, 4)],
        "rollback" => [(Put(TestSpecs.Spec(2)), 1, 2), (Put(TestSpecs.Spec(2, run: "serve better")), 1, 2)],
        "traffic" => [(Put(TestSpecs.Spec(2)), 1, 2), (Put(TestSpecs.Spec(2, run: "serve better")), 1, 2)],
        "traffic shifts" or "traffic ends" =>
            [(Put(TestSpecs.Spec(2)), 1, 2), (Put(TestSpecs.Spec(2, run: "serve better")), 1, 2), (Traffic((1, 80), (2, 20)), 1, 2)],
        _ => [(Put(TestSpecs.Spec(2)), 1, 2)],
    };

    private static (Verb Verb, int Rate, int Wanted) Asked(string verb) => verb switch
    {
        "up" => (Put(TestSpecs.Spec(3)), 1, 3),
        "update rolling" => (Put(TestSpecs.Spec(2, run: "serve better")), 1, 2),
        "update blue_green" => (Put(TestSpecs.Spec(2, run: "serve better"), UpdateMode.BlueGreen), 1, 2),
        "update of an autoscaled service" => (Put(Autoscaled("serve better")), 4, 4),
        "load" => ((_, _) => new Decision(), 4, 4),
        "scale up" => (Scale(4), 1, 4),
        "scale down" => (Scale(1), 1, 1),
        "scale auto" => (Scale(null), 1, 2),
        "rollback" => ((stored, now) => RollbackService.Decide(SimulatedWorld.Name.Value, stored, 1, now), 1, 2),
        "down" => ((stored, now) => DeleteService.Decide(SimulatedWorld.Name.Value, stored, purge: false, cut: false, now), 1, 0),
        "traffic" => (Traffic((1, 80), (2, 20)), 1, 2),
        "traffic shifts" => (Traffic((1, 30), (2, 70)), 1, 2),
        "traffic ends" => (Traffic((1, 100)), 1, 2),
        "canary that is good" or "canary that is worse" => (Canary, 1, 2),
        _ => throw new ArgumentOutOfRangeException(nameof(verb)),
    };

    private static ServiceSpec Autoscaled(string run) => TestSpecs.Spec(1, 4, run, qps: 1);

    private static Verb Put(ServiceSpec spec, UpdateMode mode = UpdateMode.Rolling) =>
        (stored, now) => PutService.Decide(SimulatedWorld.Name, stored, new PutServiceRequest { Spec = spec, Mode = mode }, now);

    private static Verb Scale(int? replicas) => (stored, now) => ScaleService.Decide(SimulatedWorld.Name.Value, stored, replicas, now);

    private static Verb Canary => (stored, now) =>
    {
        var spec = new CanarySpec { Percent = 10, PromoteAfterSeconds = 2, Metrics = [ArmMetrics.ErrorRate] };
        var again = stored?.Service.LatestVersion == 2;
        return again
            ? new Decision()
            : PutService.Decide(SimulatedWorld.Name, stored, new PutServiceRequest { Spec = TestSpecs.Spec(2, run: "serve better"), Canary = spec }, now);
    };

    private static Dictionary<int, ArmTotals> Arms(long errors) => new()
    {
        [1] = new ArmTotals { Requests = 1000 },
        [2] = new ArmTotals { Requests = 1000, Errors = errors },
    };

    private static Verb Traffic(params (int Version, int Percent)[] weights) => (stored, now) => ChangeTraffic.Decide(
        SimulatedWorld.Name.Value, stored, new TrafficRequest { Weights = [.. weights.Select(arm => new VersionWeight(arm.Version, arm.Percent))] }, now);

    private delegate Decision Verb(ServiceAggregate? stored, DateTimeOffset now);
}
