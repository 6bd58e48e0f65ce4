using Sky.Core.Engines;
using Sky.Core.Services;
using Xunit;

namespace Sky.Providers.Tests.Engines;

/// <summary>What every engine must do. Scripts use only <c>echo</c>, <c>exit</c> and <c>sleep</c>.</summary>
public abstract class EngineContract : EngineTestBase
{
    [Fact]
    public async Task A_replica_runs_until_it_is_stopped_and_is_then_forgotten()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, Forever), Cancel);
        var running = await UntilAsync(key, EngineReplicaState.Running);
        Assert.NotNull(running.LaunchedAt);
        Assert.NotNull(running.StartedAt);
        Assert.Null(running.Exit);

        await Engine.StopAsync(key, TimeSpan.FromSeconds(20), Cancel);
        var ended = await UntilAsync(key, EngineReplicaState.Exited);
        Assert.Equal("SIGTERM", ended.Exit?.Signal);

        await Engine.ForgetAsync(key, Cancel);
        Assert.Null(await FindAsync(key));
    }

    [Fact]
    public async Task An_exit_code_and_the_last_lines_are_kept()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "echo one\necho two\nexit 7"), Cancel);
        var ended = await UntilAsync(key, EngineReplicaState.Exited);
        Assert.Equal(7, ended.Exit?.Code);
        Assert.Null(ended.Exit?.Signal);
        Assert.Equal("run", ended.Exit?.Stage);
        Assert.Equal(["one", "two"], ended.Exit!.LastLogLines);
        Assert.NotNull(ended.Exit.At);
    }

    [Fact]
    public async Task The_same_request_again_changes_nothing_not_even_after_the_end()
    {
        var key = Key();
        var request = Request(key, "echo once\nexit 3");
        await Engine.RunAsync(request, Cancel);
        await Engine.RunAsync(request, Cancel);
        var first = await UntilAsync(key, EngineReplicaState.Exited);
        await Engine.RunAsync(request, Cancel);
        var again = await UntilAsync(key, EngineReplicaState.Exited);
        Assert.Equal(first.LaunchedAt, again.LaunchedAt);
        Assert.Equal(["once"], await LinesAsync(key, null));
    }

    [Fact]
    public async Task A_stop_before_the_start_makes_the_start_none()
    {
        var key = Key();
        await Engine.StopAsync(key, TimeSpan.Zero, Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);
        await Engine.RunAsync(Request(key, Forever), Cancel);
        var ended = await UntilAsync(key, EngineReplicaState.Exited);
        Assert.Null(ended.StartedAt);
        Assert.Null(ended.Exit);
        Assert.Empty(await LinesAsync(key, null));
    }

    [Fact]
    public async Task Stopping_again_is_harmless()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, Forever), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        await Engine.StopAsync(key, TimeSpan.FromSeconds(20), Cancel);
        await Engine.StopAsync(key, TimeSpan.FromSeconds(20), Cancel);
        var ended = await UntilAsync(key, EngineReplicaState.Exited);
        await Engine.StopAsync(key, TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal(ended.Exit?.At, (await FindAsync(key))?.Exit?.At);
    }

    [Fact]
    public async Task A_running_replica_cannot_be_forgotten_and_an_unknown_one_is()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, Forever), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        var error = await Assert.ThrowsAsync<EngineException>(() => Engine.ForgetAsync(key, Cancel));
        Assert.Equal(EngineFailure.Busy, error.Failure);
        await Engine.ForgetAsync(Key(99), Cancel);
    }

    [Fact]
    public async Task A_taken_port_is_a_provision_error_where_replicas_take_ports_of_their_node()
    {
        var first = Request(Key(1), Forever);
        await TakePortAsync(first.Port);
        await Engine.RunAsync(first, Cancel);
        if (!TakesPorts)
        {
            await UntilAsync(first.Replica, EngineReplicaState.Running);
            return;
        }

        var ended = await UntilAsync(first.Replica, EngineReplicaState.Exited);
        Assert.Equal($"port {first.Port} is in use by another program", ended.ProvisionError);
        Assert.Null(ended.Exit);
    }

    [Fact]
    public async Task Logs_are_read_whole_from_their_tail_and_followed_to_the_end()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "echo a\necho b\necho c\nexit 0"), Cancel);
        var followed = new List<string>();
        await foreach (var line in Engine.LogsAsync(key, null, follow: true, Cancel))
        {
            followed.Add(line);
        }

        Assert.Equal(["a", "b", "c"], followed);
        Assert.Equal(["a", "b", "c"], await LinesAsync(key, null));
        Assert.Equal(["b", "c"], await LinesAsync(key, 2));
        Assert.Empty(await LinesAsync(key, 0));
        Assert.Empty(await LinesAsync(Key(99), null));
    }

    [Fact]
    public async Task All_replicas_are_listed()
    {
        ReplicaKey[] keys = [Key(1, "a"), Key(2, "a"), Key(1, "a-b"), Key(1, "a_b")];
        foreach (var key in keys)
        {
            await Engine.RunAsync(Request(key, Forever), Cancel);
        }

        var listed = await Engine.ListAsync(Cancel);
        Assert.Equivalent(keys, listed.Select(replica => replica.Replica));
    }

    /// <summary>Whether a replica is reached by a port of its node.</summary>
    protected virtual bool TakesPorts => true;

    /// <summary>Makes another program listen on the port.</summary>
    protected abstract Task TakePortAsync(int port);
}
