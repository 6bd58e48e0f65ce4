using Sky.Core.Engines;
using Sky.Core.Processes;
using Sky.Providers.Engines.Process;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.Providers.Tests.Engines.Process;

/// <summary>Records that a power cut, a restart of the machine or a hand left otherwise than a runner does.</summary>
public sealed class DamagedRecordTests : EngineTestBase, IAsyncDisposable
{
    private readonly ProcessWorld _world = new();

    protected override IEngine Engine => _world.Engine;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    [InlineData("""{"launchedAt":"2026-""")]
    [InlineData("""{"exit":{"code":"seven"}}""")]
    [InlineData("""{"exit":null}""")]
    [InlineData("[]")]
    public async Task A_damaged_exit_record_is_a_lost_replica_that_can_be_ended_and_forgotten(string content)
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "exit 3"), Cancel);
        Assert.Equal(3, (await UntilAsync(key, EngineReplicaState.Exited)).Exit?.Code);
        await UntilUnlockedAsync(key);
        await File.WriteAllTextAsync(_world.File(key, "exit.json"), content, Cancel);

        Assert.Equal(EngineReplicaState.Lost, (await FindAsync(key))?.State);
        await Engine.StopAsync(key, TimeSpan.Zero, Cancel);
        var ended = await FindAsync(key);
        Assert.Equal(EngineReplicaState.Exited, ended?.State);
        Assert.Null(ended?.Exit?.Code);
        await Engine.ForgetAsync(key, Cancel);
        Assert.Null(await FindAsync(key));
    }

    [Fact]
    public async Task A_damaged_exit_record_of_what_never_ran_is_an_end_and_not_a_wish_to_start_it()
    {
        var key = Key();
        Directory.CreateDirectory(_world.Folder(key));
        await File.WriteAllTextAsync(_world.File(key, "exit.json"), "", Cancel);

        Assert.Equal(EngineReplicaState.Exited, (await FindAsync(key))?.State);
        await Engine.ForgetAsync(key, Cancel);
        Assert.Null(await FindAsync(key));
    }

    [Fact]
    public async Task After_a_restart_of_the_machine_a_replica_has_ended_and_whoever_has_its_numbers_is_spared()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "exec sleep 600"), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        var record = ReplicaFiles.Read<RunnerRecord>(_world.File(key, "runner.json"))!;

        // As a restart leaves it: nothing of it runs, and the numbers of its processes are those of others, here to the very tick.
        LinuxProcesses.Kill(record.Pid, 9);
        record.Leaders.ToList().ForEach(leader => LinuxProcesses.Kill(leader.Pid, 9));
        await UntilAsync(key, EngineReplicaState.Lost);
        var bystander = DetachedProcess.Start("sleep", ["600"], "/dev/null");
        var started = ProcessTable.All().Single(row => row.Pid == bystander.Pid).StartTicks;
        var before = record with { BootId = "the boot before", Pid = bystander.Pid, Leaders = [new SessionLeader(bystander.Pid, started)] };
        ReplicaFiles.Write(_world.File(key, "runner.json"), before, durable: false);

        var ended = await FindAsync(key);
        Assert.Equal(EngineReplicaState.Exited, ended?.State);
        Assert.Equal("the machine was restarted", ended?.Notice);
        Assert.Equal("run", ended?.Exit?.Stage);
        await Engine.StopAsync(key, TimeSpan.Zero, Cancel);
        await Engine.ForgetAsync(key, Cancel);

        Assert.Null(await FindAsync(key));
        Assert.False(bystander.HasExited);
        LinuxProcesses.Kill(bystander.Pid, 9);
    }

    [Fact]
    public async Task A_living_runner_is_believed_whatever_boot_its_record_names()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "exec sleep 600"), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        var record = ReplicaFiles.Read<RunnerRecord>(_world.File(key, "runner.json"))!;
        ReplicaFiles.Write(_world.File(key, "runner.json"), record with { BootId = "another" }, durable: false);

        Assert.Equal(EngineReplicaState.Running, (await FindAsync(key))?.State);
    }

    private async Task UntilUnlockedAsync(Core.Services.ReplicaKey key)
    {
        for (var i = 0; i < 600 && FileLock.IsHeld(_world.File(key, "replica.lock")); i++)
        {
            await Task.Delay(100, Cancel);
        }
    }
}
