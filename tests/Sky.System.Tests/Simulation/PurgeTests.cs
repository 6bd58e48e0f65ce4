using Sky.Controller.Api;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Testing.Engines;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Simulation;

/// <summary>A replica that no engine can stop: it is said, it can be given up, and nobody is asked about it for ever.</summary>
public sealed class PurgeTests
{
    private const int MostSteps = 4 * 600;
    private bool _stuck = true;
    private int _asked;

    [Fact]
    public async Task PurgedServiceGoesDownAndItsStuckReplicaIsNotAskedToStopAgain()
    {
        using var world = await StubbornAsync();
        await DownAsync(world, purge: false);
        await UntilAsync(world, stored => stored.Replicas.All(replica => replica.State == ReplicaState.FailedCleanup));
        var stuck = (await world.StoredAsync())!;
        Assert.Equal(ServiceStatus.FailedCleanup, StatusView.StatusOf(stuck));
        var change = ScaleService.Decide(SimulatedWorld.Name.Value, stuck, 2, stuck.Service.CreatedAt).Problem!;
        Assert.Contains($"`sky serve down {SimulatedWorld.Name} --purge`", change.Error.Message, StringComparison.Ordinal);

        await DownAsync(world, purge: true);
        await UntilAsync(world, stored => stored.Service.Phase == ServicePhase.Down);

        var asked = _asked;
        Assert.True(asked > 0);
        for (var step = 0; step < 200; step++)
        {
            await world.StepAsync();
        }

        Assert.Equal(asked, _asked);
    }

    [Fact]
    public async Task ServiceIsUpAgainBesideWhatWasGivenUp()
    {
        using var world = await StubbornAsync();
        await DownAsync(world, purge: false);
        await UntilAsync(world, stored => stored.Replicas.All(replica => replica.State == ReplicaState.FailedCleanup));
        await DownAsync(world, purge: true);
        await UntilAsync(world, stored => stored.Service.Phase == ServicePhase.Down);

        await new SimulatedUser(world, new Random(1)).UpAsync();
        await UntilAsync(world, stored => stored.Replicas.Any(replica => replica.State == ReplicaState.Ready));

        Assert.DoesNotContain((await world.StoredAsync())!.Replicas, replica => replica.Id.Value == 1);
        Assert.Equal(1, world.Engine.StartsOf(new ReplicaKey(SimulatedWorld.Name, new ReplicaId(1))));
    }

    [Fact]
    public async Task StuckReplicaThatEndsLaterIsForgotten()
    {
        using var world = await StubbornAsync();
        await DownAsync(world, purge: false);
        await UntilAsync(world, stored => stored.Replicas.All(replica => replica.State == ReplicaState.FailedCleanup));
        await DownAsync(world, purge: true);
        await UntilAsync(world, stored => stored.Service.Phase == ServicePhase.Down);

        _stuck = false;
        world.Engine.Crash(new ReplicaKey(SimulatedWorld.Name, new ReplicaId(1)));
        for (var step = 0; step < 20; step++)
        {
            await world.StepAsync();
        }

        Assert.Empty(await world.Engine.ListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task OrphanThatCannotBeStoppedIsAskedEverMoreSeldom()
    {
        using var world = await StubbornAsync();
        await world.AskAsync((stored, now) => new Decision
        {
            Commit = new() { ExpectedRowVersion = stored!.RowVersion, Service = stored.Service, Removals = [.. stored.Replicas.Select(replica => replica.Id)], Events = [] },
        });
        for (var step = 0; step < 4 * 600; step++)
        {
            await world.StepAsync();
        }

        Assert.InRange(_asked, 5, 15);
    }

    private async Task<SimulatedWorld> StubbornAsync()
    {
        var world = new SimulatedWorld(seed: 5);
        world.Engine.OnCall = (call, after) =>
        {
            if (_stuck && call.Kind == FakeEngineCallKind.Stop && !after && call.Replica!.Value.Id.Value == 1)
            {
                _asked++;
                throw new EngineException(EngineFailure.Unavailable, "it does not listen");
            }
        };
        var request = new PutServiceRequest { Spec = TestSpecs.Spec() };
        await world.AskAsync((stored, now) => PutService.Decide(SimulatedWorld.Name, stored, request, now));
        await UntilAsync(world, stored => stored.Replicas.Any(replica => replica.State == ReplicaState.Ready));
        return world;
    }

    private static Task DownAsync(SimulatedWorld world, bool purge) =>
        world.AskAsync((stored, now) => DeleteService.Decide(SimulatedWorld.Name.Value, stored, purge, cut: false, now));

    private static async Task UntilAsync(SimulatedWorld world, Func<ServiceAggregate, bool> condition)
    {
        for (var step = 0; step < MostSteps; step++)
        {
            if (await world.StoredAsync() is { } stored && condition(stored))
            {
                return;
            }

            await world.StepAsync();
        }

        Assert.Fail("it did not come to pass");
    }
}
