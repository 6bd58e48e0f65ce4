using Sky.Controller.Api;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Simulation;

/// <summary>Updates of a service that listens on one port whatever it is given, through the whole controller.</summary>
public sealed class FixedPortHandoverTests
{
    [Theory]
    [InlineData(UpdateFailureAction.Stop, 2)]
    [InlineData(UpdateFailureAction.Rollback, 1)]
    public async Task TheOldVersionComesBackWhenTheNewOneIsNeverReady(UpdateFailureAction onFailure, int target)
    {
        using var world = new SimulatedWorld(seed: 5);
        await PutAsync(world, Spec("serve on 8080", onFailure));
        await UntilAsync(world, stored => Ready(stored, version: 1));
        world.Engine.ReadyTakes = TimeSpan.FromHours(1);
        await PutAsync(world, Spec("serve slowly on 8080", onFailure));
        await UntilAsync(world, stored => stored.Service.Progress(2).FailedAt is not null);
        world.Engine.ReadyTakes = TimeSpan.Zero;
        await UntilAsync(world, stored => Ready(stored, version: 1));

        var last = (await world.StoredAsync())!.Service;
        Assert.Equal((target, 4), (last.TargetVersion, last.NextReplicaId.Value));
    }

    [Fact]
    public async Task AnUpdateTakesOneLaunch()
    {
        using var world = new SimulatedWorld(seed: 5);
        world.Engine.StopTakes = TimeSpan.FromSeconds(5);
        await PutAsync(world, Spec("serve on 8080", UpdateFailureAction.Stop));
        await UntilAsync(world, stored => Ready(stored, version: 1));
        await PutAsync(world, Spec("serve better on 8080", UpdateFailureAction.Stop));
        await UntilAsync(world, stored => Ready(stored, version: 2));

        Assert.Equal(3, (await world.StoredAsync())!.Service.NextReplicaId.Value);
    }

    private static ServiceSpec Spec(string run, UpdateFailureAction onFailure)
    {
        var spec = TestSpecs.Spec(1, run: run, takesPort: false);
        return spec with { Serving = spec.Serving with { UpdatePolicy = new UpdatePolicySpec { OnFailure = onFailure } } };
    }

    private static Task PutAsync(SimulatedWorld world, ServiceSpec spec) =>
        world.AskAsync((stored, now) => PutService.Decide(SimulatedWorld.Name, stored, new PutServiceRequest { Spec = spec }, now));

    private static bool Ready(ServiceAggregate stored, int version) =>
        stored.Replicas.Any(row => row.Version == version && row.State == ReplicaState.Ready);

    private static async Task UntilAsync(SimulatedWorld world, Func<ServiceAggregate, bool> reached)
    {
        const int Steps = 1000;
        for (var step = 0; step < Steps; step++)
        {
            await world.StepAsync();
            if (await world.StoredAsync() is { } stored && reached(stored))
            {
                return;
            }
        }

        var last = await world.StoredAsync();
        Assert.Fail(string.Join(", ", (last?.Replicas ?? []).Select(row => $"{row.Id} v{row.Version} {row.State} ({row.Reason})")));
    }
}
