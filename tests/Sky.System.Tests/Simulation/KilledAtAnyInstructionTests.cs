using Sky.Controller.Api;
using Sky.Controller.Store;
using Sky.Core.Services;
using Sky.Testing.Simulation;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Simulation;

/// <summary>Controller, gateway, replicas and runners are killed at random contacts and moments; nothing is lost.</summary>
public sealed class KilledAtAnyInstructionTests
{
    private const int FaultySteps = 300;
    private const int StepsToSettle = 4 * 60 * 30;
    private const int RandomSeeds = 3;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12), .. Enumerable.Range(0, RandomSeeds).Select(_ => Random.Shared.Next())];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task NoReplicaIsLostOrStartedTwiceOrLeftWithoutAnOwner(int seed)
    {
        using var world = new SimulatedWorld(seed);
        await KillAtRandomAsync(world, seed);
    }

    [Theory]
    [Trait("Category", "Heavy")]
    [MemberData(nameof(Seeds))]
    public async Task TheSameHoldsWithTheStoreOnDisk(int seed)
    {
        var folder = Directory.CreateTempSubdirectory("sky-simulation-");
        try
        {
            using var store = await SqliteStore.OpenAsync(Path.Combine(folder.FullName, "state.db"), TestSealer.Instance, TestContext.Current.CancellationToken);
            using var world = new SimulatedWorld(seed, store: store);
            await KillAtRandomAsync(world, seed);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task KillAtRandomAsync(SimulatedWorld world, int seed)
    {
        var random = new Random(seed);
        var user = new SimulatedUser(world, random);
        var invariants = new Invariants(world);
        try
        {
            await user.UpAsync();
            world.Faults = true;
            for (var step = 0; step < FaultySteps; step++)
            {
                Disturb(world, random);
                if (random.Next(12) == 0)
                {
                    await user.SomethingAsync();
                }

                await world.StepAsync();
                await invariants.CheckAsync();
            }

            world.Faults = false;
            world.NoFault();
            if ((await world.StoredAsync())!.Service.Phase == ServicePhase.ShuttingDown)
            {
                await SettleAsync(world, invariants, 0);
            }

            await user.UpAsync();
            await user.ScaleAsync(2);
            await SettleAsync(world, invariants, 2);
            await user.DownAsync();
            await SettleAsync(world, invariants, 0);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"seed {seed}, {world.Crashes} crashes, asked: {string.Join("; ", user.Asked)}: {e.Message}", e);
        }
    }

    [Fact]
    public async Task AutoscaledTargetSurvivesARestart()
    {
        using var world = new SimulatedWorld(seed: 3);
        var invariants = new Invariants(world);
        var request = new PutServiceRequest { Spec = TestSpecs.Spec(1, 4, qps: 1) };
        await world.AskAsync((stored, now) => PutService.Decide(SimulatedWorld.Name, stored, request, now));
        world.RequestRate = 4;
        await RunAsync(world, invariants, 4 * 120);
        Assert.Equal(4, (await world.StoredAsync())!.Service.Autoscaler.Target);

        for (var restart = 0; restart < 20; restart++)
        {
            // What comes while no gateway is there is no load: more of these would rightly lower the target.
            world.FaultAfter(restart % 5 + 1, restart switch { 3 => SimulatedFault.Gateway, 12 => SimulatedFault.All, _ => SimulatedFault.Controller });
            await RunAsync(world, invariants, 8);
            Assert.Equal(4, (await world.StoredAsync())!.Service.Autoscaler.Target);
        }

        Assert.True(world.Crashes > 0);
        Assert.Equal(4, (await world.StoredAsync())!.Replicas.Count(replica => replica.State == ReplicaState.Ready));
    }

    [Fact]
    public async Task WaitOfTheAutoscalerGoesOnOverRestarts()
    {
        using var world = new SimulatedWorld(seed: 3);
        var invariants = new Invariants(world);
        var request = new PutServiceRequest { Spec = TestSpecs.Spec(1, 4, qps: 1) };
        await world.AskAsync((stored, now) => PutService.Decide(SimulatedWorld.Name, stored, request, now));
        await SettleAsync(world, invariants, 1);
        world.RequestRate = 100;
        for (var second = 0; second < 10; second++)
        {
            world.FaultAfter(second + 1);
            await RunAsync(world, invariants, 4);
        }

        Assert.Equal(10, world.Crashes);
        Assert.Equal(4, (await world.StoredAsync())!.Service.Autoscaler.Target);
    }

    /// <summary>The controller most often: most of what can be lost is its own.</summary>
    private static SimulatedFault AnyOf(Random random) => random.Next(6) switch
    {
        0 => SimulatedFault.Gateway,
        1 => SimulatedFault.Runner,
        2 => SimulatedFault.All,
        _ => SimulatedFault.Controller,
    };

    private static void Disturb(SimulatedWorld world, Random random)
    {
        if (random.Next(6) == 0)
        {
            world.FaultAfter(random.Next(1, 12), AnyOf(random));
        }

        if (random.Next(25) != 0 || world.Engine.Living.Count == 0)
        {
            return;
        }

        var victim = world.Engine.Living[random.Next(world.Engine.Living.Count)].Replica;
        switch (random.Next(5))
        {
            case 0:
                world.Engine.Reboot();
                break;
            case 1 or 2:
                world.Engine.KillRunner(victim);
                break;
            default:
                world.Engine.Crash(victim, null, "SIGKILL");
                break;
        }
    }

    private static async Task RunAsync(SimulatedWorld world, Invariants invariants, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            await world.StepAsync();
            await invariants.CheckAsync();
        }
    }

    private static async Task SettleAsync(SimulatedWorld world, Invariants invariants, int ready)
    {
        for (var step = 0; step < StepsToSettle; step++)
        {
            await world.StepAsync();
            await invariants.CheckAsync();
            var stored = await world.StoredAsync();
            var settled = stored is null || (ready == 0
                ? stored.Service.Phase == ServicePhase.Down && stored.Replicas.Count == 0
                : stored.Replicas.Count(replica => replica.State == ReplicaState.Ready) == ready
                    && stored.Replicas.All(replica => !replica.State.IsOnItsWay() && replica.State is not (ReplicaState.Draining or ReplicaState.Stopping)));
            if (settled && world.Engine.Living.Count == ready)
            {
                return;
            }
        }

        var last = await world.StoredAsync();
        Assert.Fail($"did not settle at {ready}: phase {last?.Service.Phase}, target {last?.Service.TargetVersion}, "
            + string.Join(", ", (last?.Replicas ?? []).Select(replica => $"{replica.Id} v{replica.Version} {replica.State} ({replica.Reason})")));
    }
}
