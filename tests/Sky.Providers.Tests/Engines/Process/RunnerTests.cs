using System.Diagnostics;
using System.Globalization;
using Sky.Core.Engines;
using Sky.Core.Processes;
using Sky.Core.Specs;
using Sky.Providers.Engines.Process;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.Providers.Tests.Engines.Process;

/// <summary>What may go wrong between a runner and those around it, tried with real processes.</summary>
public sealed class RunnerTests : EngineTestBase, IAsyncDisposable
{
    private readonly ProcessWorld _world = new();

    protected override IEngine Engine => _world.Engine;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Killing_who_started_the_runner_and_all_its_group_leaves_the_replica_alive_and_found_again()
    {
        var key = Key();
        await PrepareAsync(key, "exec sleep 600");
        var starter = DetachedProcess.Start("bash", ["-c", $"'{SkyProgram.Path}' internal-runner '{_world.Folder(key)}' & wait"], "/dev/null");
        var running = await UntilAsync(key, EngineReplicaState.Running);

        // The whole group, as a terminal or a service manager would.
        LinuxProcesses.Kill(-starter.Pid, 9);
        await WaitAsync(() => starter.HasExited);
        var found = Assert.Single(await _world.NewEngine().ListAsync(Cancel));
        Assert.Equal(EngineReplicaState.Running, found.State);
        Assert.Equal(running.LaunchedAt, found.LaunchedAt);
        await _world.NewEngine().StopAsync(key, TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal("SIGTERM", (await UntilAsync(key, EngineReplicaState.Exited)).Exit?.Signal);
    }

    [Fact]
    public async Task A_replica_inherits_no_file_but_its_input_and_outputs()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "ls -l /proc/self/fd | sed -n 's/.* \\([0-9]*\\) -> /\\1 /p'"), Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);

        // The fourth is the folder that ls reads.
        var lines = await LinesAsync(key, null);
        Assert.Equal(["0", "1", "2", "3"], lines.Select(line => line.Split(' ')[0]));
        Assert.Equal("0 /dev/null", lines[0]);
        Assert.DoesNotContain(lines, line => line.Contains("replica.lock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Orphans_that_ended_are_buried()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "for i in 1 2 3; do (sleep 0.05 & ); done\nexec sleep 600"), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        var runner = ReplicaFiles.Read<RunnerRecord>(_world.File(key, "runner.json"))!.Pid;
        var children = $"/proc/{runner}/task/{runner}/children";
        await WaitAsync(() => File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 1);
        await Engine.StopAsync(key, TimeSpan.FromSeconds(20), Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);
        await WaitAsync(() => !LinuxProcesses.Alive(runner));
    }

    [Fact]
    public async Task A_stop_during_setup_ends_it_and_run_never_begins()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "echo run", setup: "trap 'echo bye; exit 0' TERM\necho setup\nwhile :; do sleep 0.05; done"), Cancel);
        await UntilAsync(key, EngineReplicaState.SettingUp);
        await WaitAsync(() => File.Exists(_world.File(key, "log.1")) && new FileInfo(_world.File(key, "log.1")).Length > 0);
        await Engine.StopAsync(key, TimeSpan.FromSeconds(20), Cancel);
        var ended = await UntilAsync(key, EngineReplicaState.Exited);
        Assert.Null(ended.StartedAt);
        Assert.Equal("setup", ended.Exit?.Stage);
        // Between the two bash may say that the signal ended its sleep as well.
        var lines = await LinesAsync(key, null);
        Assert.Equal("setup", lines[0]);
        Assert.Equal("bye", lines[^1]);
        Assert.DoesNotContain("run", lines);
    }

    [Fact]
    public async Task A_shorter_grace_counts_also_when_it_comes_later()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "trap '' TERM\necho deaf\nwhile :; do sleep 0.1; done"), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        await Engine.StopAsync(key, TimeSpan.FromHours(1), Cancel);
        await UntilAsync(key, EngineReplicaState.Stopping);
        await Engine.StopAsync(key, TimeSpan.Zero, Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);
    }

    [Fact]
    public async Task What_the_system_does_not_start_is_told_and_not_lost()
    {
        var key = Key();
        var request = Request(key, "echo never");

        // Longer than the kernel takes a single variable.
        request = request with { Task = request.Task with { Envs = new Dictionary<string, string> { ["BIG"] = new('x', 200_000) } } };
        await Engine.RunAsync(request, Cancel);
        var ended = await UntilAsync(key, EngineReplicaState.Exited);
        Assert.StartsWith("run could not be started", ended.ProvisionError, StringComparison.Ordinal);
        Assert.Null(ended.Exit);
    }

    [Theory]
    [InlineData("runner.json")]
    [InlineData("request.json")]
    public async Task A_broken_file_of_a_lost_runner_does_not_keep_it_from_being_ended(string broken)
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "exec sleep 600"), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        var record = ReplicaFiles.Read<RunnerRecord>(_world.File(key, "runner.json"))!;
        LinuxProcesses.Kill(record.Pid, 9);
        await UntilAsync(key, EngineReplicaState.Lost);
        await File.WriteAllTextAsync(_world.File(key, broken), "", Cancel);
        Assert.Equal(EngineReplicaState.Lost, (await FindAsync(key))?.State);
        await Engine.StopAsync(key, TimeSpan.Zero, Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);
        Assert.False(LinuxProcesses.Alive(record.Leaders[0].Pid));
    }

    [Fact]
    public async Task A_process_that_has_the_number_of_a_lost_one_is_spared()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "exec sleep 600"), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        var record = ReplicaFiles.Read<RunnerRecord>(_world.File(key, "runner.json"))!;
        LinuxProcesses.Kill(record.Pid, 9);
        await UntilAsync(key, EngineReplicaState.Lost);

        // A bystander leads its session under the number of the record, but began at another time.
        var bystander = DetachedProcess.Start("sleep", ["600"], "/dev/null");
        ReplicaFiles.Write(_world.File(key, "runner.json"), record with { Leaders = [.. record.Leaders, new SessionLeader(bystander.Pid, 1)] }, durable: false);
        await Engine.StopAsync(key, TimeSpan.Zero, Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);
        Assert.False(bystander.HasExited);
        LinuxProcesses.Kill(bystander.Pid, 9);
        await WaitAsync(() => bystander.HasExited);
    }

    [Fact]
    public async Task The_cpu_limit_is_set_as_a_quota()
    {
        var key = Key();
        var request = Request(key, "exec sleep 600") with { Resources = new ResourceCandidate { Cpus = new ResourceAmount(0.5, AtLeast: false) } };
        await Engine.RunAsync(request, Cancel);
        var running = await UntilAsync(key, EngineReplicaState.Running);
        Assert.SkipUnless(running.Notice is null, running.Notice ?? "");
        var record = ReplicaFiles.Read<RunnerRecord>(_world.File(key, "runner.json"))!;
        var quotas = record.Groups.SelectMany(group => new[] { "cpu.cfs_quota_us", "cpu.max" }.Select(name => Path.Combine(group, name))).Where(File.Exists);
        Assert.StartsWith("50000", await File.ReadAllTextAsync(Assert.Single(quotas), Cancel), StringComparison.Ordinal);
        foreach (var group in record.Groups)
        {
            // Its first step, a moment after it was started.
            var pid = record.Leaders[0].Pid.ToString(CultureInfo.InvariantCulture);
            await WaitAsync(() => File.ReadAllLines(Path.Combine(group, "cgroup.procs")).Contains(pid));
        }

        await Engine.StopAsync(key, TimeSpan.Zero, Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);
        Assert.DoesNotContain(record.Groups, Directory.Exists);
    }

    [Fact]
    public async Task A_part_killed_for_want_of_memory_that_the_rest_survives_is_not_its_end()
    {
        var key = Key();
        var request = Request(key, "bash -c 'x=$(head -c 300000000 /dev/zero | tr \"\\0\" a)'\nexit 0");
        request = request with { Resources = new ResourceCandidate { Memory = new ResourceAmount(0.0625, AtLeast: false) } };
        await Engine.RunAsync(request, Cancel);
        var ended = await UntilAsync(key, EngineReplicaState.Exited);
        Assert.SkipUnless(ended.Notice is null, ended.Notice ?? "");
        Assert.Equal(0, ended.Exit?.Code);
        Assert.False(ended.Exit?.OutOfMemory);
    }

    /// <summary>Writes what the engine writes before it starts a runner.</summary>
    private async Task PrepareAsync(Core.Services.ReplicaKey key, string run)
    {
        var request = RunnerRequests.From(Request(key, run), _world.Home, [new("PATH", Environment.GetEnvironmentVariable("PATH")!)]);
        Directory.CreateDirectory(_world.Folder(key));
        await Task.Run(() => ReplicaFiles.Write(_world.File(key, "request.json"), request, durable: false), Cancel);
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        var deadline = Stopwatch.GetTimestamp() + 60 * Stopwatch.Frequency;
        while (!condition())
        {
            Assert.True(Stopwatch.GetTimestamp() < deadline, "it did not happen in time");
            await Task.Delay(20, Cancel);
        }
    }
}
