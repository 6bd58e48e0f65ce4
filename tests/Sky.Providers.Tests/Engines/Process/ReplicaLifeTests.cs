using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using Sky.Core.Engines;
using Sky.Core.Processes;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Providers.Engines.Process;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.Providers.Tests.Engines.Process;

/// <summary>What the process engine promises beyond the contract, tried with real processes.</summary>
public sealed class ReplicaLifeTests : EngineTestBase, IAsyncDisposable
{
    private readonly ProcessWorld _world = new();

    protected override IEngine Engine => _world.Engine;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Two_runners_at_once_start_one_child()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "echo begun\nexec sleep 600"), Cancel);
        var folder = Path.GetDirectoryName(_world.File(key, "x"))!;
        var others = Enumerable.Range(0, 3)
            .Select(_ => DetachedProcess.Start(SkyProgram.Path, ["internal-runner", folder], "/dev/null")).ToList();
        await UntilAsync(key, EngineReplicaState.Running);
        await WaitAsync(() => others.Count(other => other.HasExited) >= 2);
        await WaitAsync(() => LogOf(key).Length > 0);
        Assert.Equal(["begun"], LogOf(key));
        await Engine.StopAsync(key, TimeSpan.Zero, Cancel);
        await WaitAsync(() => others.All(other => other.HasExited));
        Assert.Equal(["begun"], LogOf(key));
    }

    [Fact]
    public async Task A_killed_runner_makes_its_replica_lost_and_stopping_it_leaves_nothing()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "setsid nohup sleep 601 >/dev/null 2>&1 &\n(setsid sleep 602 &)\nexec sleep 600"), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        var token = TokenOf(key);
        await WaitAsync(() => Marked(token).Count == 3);

        LinuxProcesses.Kill(RunnerOf(key), 9);
        await UntilAsync(key, EngineReplicaState.Lost);
        Assert.Equal(3, Marked(token).Count);
        await Engine.StopAsync(key, TimeSpan.FromSeconds(30), Cancel);

        Assert.Equal(EngineReplicaState.Exited, (await FindAsync(key))?.State);
        Assert.Empty(Marked(token));
        await Engine.ForgetAsync(key, Cancel);
    }

    [Fact]
    public async Task A_daemon_that_left_group_and_session_ends_with_its_replica()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "(setsid nohup sleep 601 >/dev/null 2>&1 &)\nsleep 0.2\nexit 5"), Cancel);
        var ended = await UntilAsync(key, EngineReplicaState.Exited);
        Assert.Equal(5, ended.Exit?.Code);
        Assert.Empty(Marked(TokenOf(key)));
    }

    [Fact]
    public async Task A_daemon_that_dropped_its_environment_ends_too()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "(env -i setsid sleep 6543.21 &)\nexec sleep 600"), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        bool Lives() => LinuxProcesses.All().Any(pid => LinuxProcesses.CommandLine(pid).StartsWith("sleep 6543.21", StringComparison.Ordinal));
        await WaitAsync(Lives);
        await Engine.StopAsync(key, TimeSpan.FromSeconds(30), Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);
        Assert.False(Lives());
    }

    [Fact]
    public async Task What_ignores_the_polite_signal_is_killed_after_its_grace()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "trap '' TERM\necho deaf\nwhile :; do sleep 0.1; done"), Cancel);
        await WaitAsync(() => LogOf(key).Length > 0);
        await Engine.StopAsync(key, TimeSpan.FromMilliseconds(300), Cancel);
        var ended = await UntilAsync(key, EngineReplicaState.Exited);
        Assert.Equal("SIGKILL", ended.Exit?.Signal);
        Assert.Equal(137, ended.Exit?.Code);
    }

    [Fact]
    public async Task A_stop_mark_beats_a_late_start()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "echo ran"), Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);
        var late = Key(2);
        var request = await File.ReadAllTextAsync(_world.File(key, "request.json"), Cancel);
        await Engine.StopAsync(late, TimeSpan.Zero, Cancel);
        AtomicFile.Write(_world.File(late, "request.json"), request);
        var runner = DetachedProcess.Start(SkyProgram.Path, ["internal-runner", Path.GetDirectoryName(_world.File(late, "x"))!], "/dev/null");
        await WaitAsync(() => runner.HasExited);
        Assert.True(File.Exists(_world.File(late, "exit.json")));
        Assert.Empty(LogOf(late));
    }

    [Fact]
    public async Task Another_controller_finds_it_again()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "exec sleep 600"), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        var found = Assert.Single(await _world.NewEngine().ListAsync(Cancel));
        Assert.Equal(EngineReplicaState.Running, found.State);
    }

    [Fact]
    public async Task The_environment_is_clean_and_complete()
    {
        Environment.SetEnvironmentVariable("SKY_TEST_LEAK", "leaked");
        var key = Key();
        var request = Request(key, "env");
        request = request with
        {
            Task = request.Task with
            {
                Envs = new Dictionary<string, string> { ["MINE"] = "a b", ["PORT"] = "1" },
                Secrets = new Dictionary<string, SecretValue> { ["TOKEN"] = new("s3cret") },
            },
        };
        await Engine.RunAsync(request, Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);
        var lines = LogOf(key);
        Assert.DoesNotContain(lines, line => line.Contains("SKY_TEST_LEAK", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("DOTNET_", StringComparison.Ordinal));
        var port = request.Port.ToString(CultureInfo.InvariantCulture);
        Assert.Superset(new HashSet<string> { "MINE=a b", "TOKEN=s3cret", $"PORT={port}", $"SKY_PORT={port}", "SKYPILOT_SERVE_REPLICA_ID=1" }, lines.ToHashSet());
        Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(_world.File(key, "request.json")));
        Assert.DoesNotContain("s3cret", await File.ReadAllTextAsync(_world.File(key, "runner.log"), Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", await File.ReadAllTextAsync(_world.File(key, "request.json"), Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.StartsWith("SKY_SECRET_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Setup_runs_first_and_its_failure_is_told_as_such()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "cat made", setup: "echo by setup > made"), Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);
        Assert.Equal(["by setup"], LogOf(key));

        var bad = Key(2);
        await Engine.RunAsync(Request(bad, "echo never", setup: "exit 9"), Cancel);
        var ended = await UntilAsync(bad, EngineReplicaState.Exited);
        Assert.Equal("setup", ended.Exit?.Stage);
        Assert.Equal(9, ended.Exit?.Code);
        Assert.Null(ended.StartedAt);
        Assert.Empty(LogOf(bad));
    }

    [Fact]
    public async Task A_workdir_is_copied_and_one_that_leads_out_is_refused()
    {
        var good = _world.Home.Root + "/good.tar";
        Archive(good, new PaxTarEntry(TarEntryType.RegularFile, "sub/a.txt") { DataStream = new MemoryStream("hi\n"u8.ToArray()) });
        var key = Key();
        await Engine.RunAsync(Request(key, "cat sub/a.txt") with { WorkdirArchive = good }, Cancel);
        await UntilAsync(key, EngineReplicaState.Exited);
        Assert.Equal(["hi"], LogOf(key));

        TarEntry[] bad =
        [
            new PaxTarEntry(TarEntryType.SymbolicLink, "out") { LinkName = "/etc/passwd" },
            new PaxTarEntry(TarEntryType.SymbolicLink, "sub/out") { LinkName = "../../x" },
            new PaxTarEntry(TarEntryType.RegularFile, "../x") { DataStream = new MemoryStream("x"u8.ToArray()) },
        ];
        for (var i = 0; i < bad.Length; i++)
        {
            var archive = $"{_world.Home.Root}/bad{i}.tar";
            Archive(archive, bad[i]);
            var refused = Key(10 + i);
            await Engine.RunAsync(Request(refused, "echo never") with { WorkdirArchive = archive }, Cancel);
            var ended = await UntilAsync(refused, EngineReplicaState.Exited);
            Assert.Contains("leads out of it", ended.ProvisionError, StringComparison.Ordinal);
            Assert.Contains(bad[i].Name, ended.ProvisionError, StringComparison.Ordinal);
            Assert.Empty(LogOf(refused));
        }
    }

    [Fact]
    public async Task A_memory_limit_ends_it_and_says_so()
    {
        var key = Key();
        var request = Request(key, "x=$(head -c 300000000 /dev/zero | tr '\\0' 'a')\necho survived");
        request = request with { Resources = new ResourceCandidate { Memory = new ResourceAmount(0.0625, AtLeast: false), Cpus = new ResourceAmount(1, false) } };
        await Engine.RunAsync(request, Cancel);
        var ended = await UntilAsync(key, EngineReplicaState.Exited);
        Assert.SkipUnless(ended.Notice is null, ended.Notice ?? "");
        Assert.True(ended.Exit?.OutOfMemory);
        Assert.Equal("SIGKILL", ended.Exit?.Signal);
    }

    [Fact]
    public void A_name_that_leaves_the_folder_is_refused()
    {
        foreach (var name in new[] { "..", "a/b", "", "-a", "a\n" })
        {
            var error = Assert.Throws<EngineException>(() => { _ = Engine.StopAsync(Key(1, name), TimeSpan.Zero, Cancel); });
            Assert.Equal(EngineFailure.Invalid, error.Failure);
        }
    }

    private static void Archive(string path, TarEntry entry)
    {
        using var writer = new TarWriter(File.Create(path));
        writer.WriteEntry(entry);
    }

    private string[] LogOf(ReplicaKey key) => File.Exists(_world.File(key, "log.1")) ? File.ReadAllLines(_world.File(key, "log.1")) : [];

    private string TokenOf(ReplicaKey key) =>
        ReplicaFiles.Read<RunnerRequest>(_world.File(key, "request.json"))!.Token;

    private int RunnerOf(ReplicaKey key) =>
        ReplicaFiles.Read<RunnerRecord>(_world.File(key, "runner.json"))!.Pid;

    private static List<int> Marked(string token) =>
        [.. LinuxProcesses.All().Where(pid => LinuxProcesses.Mentions(pid, $"{ReplicaEnvironment.TokenName}={token}"))];

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
