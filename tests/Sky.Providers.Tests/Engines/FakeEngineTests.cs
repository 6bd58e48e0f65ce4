using Sky.Core.Engines;
using Sky.Testing.Engines;
using Xunit;

namespace Sky.Providers.Tests.Engines;

public sealed class FakeEngineTests : EngineContract
{
    private readonly FakeEngine _engine = new(TimeProvider.System);

    protected override IEngine Engine => _engine;

    protected override Task TakePortAsync(int port)
    {
        _engine.TakePort(port);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_failure_before_the_effect_changes_nothing_and_one_after_it_loses_only_the_answer()
    {
        var key = Key();
        _engine.FailNext(FakeEngineCallKind.Run, EngineFailure.Unavailable);
        _engine.FailNext(FakeEngineCallKind.Run, EngineFailure.Unavailable, afterEffect: true);
        await Assert.ThrowsAsync<EngineException>(() => Engine.RunAsync(Request(key, Forever), Cancel));
        Assert.Equal(0, _engine.StartsOf(key));
        await Assert.ThrowsAsync<EngineException>(() => Engine.RunAsync(Request(key, Forever), Cancel));
        Assert.Equal(1, _engine.StartsOf(key));
    }

    [Fact]
    public async Task A_killed_runner_loses_its_replica_until_it_is_stopped()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, Forever), Cancel);
        _engine.KillRunner(key);
        await UntilAsync(key, EngineReplicaState.Lost);
        Assert.Single(_engine.Living);
        await Engine.StopAsync(key, TimeSpan.Zero, Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);
        Assert.Empty(_engine.Living);
    }
}
