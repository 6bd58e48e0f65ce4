using System.Diagnostics;
using System.Text.Json;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>Ctrl-C at a command that waits or watches: it ends with 130, and what it looked at goes on.</summary>
public sealed class InterruptTests
{
    private const int Interrupt = 2;

    [Fact]
    public async Task Watching_prints_every_change_until_interrupted()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", Service(sky), "-y");
        using var watch = new Running(sky, "serve", "status", "svc", "--watch");
        await watch.UntilAsync(text => text.Contains("1/1", StringComparison.Ordinal));

        await sky.OkAsync("serve", "scale", "svc", "2", "-y");
        await watch.UntilAsync(text => text.Contains("2/2", StringComparison.Ordinal));

        Assert.Equal(130, await watch.InterruptAsync());
        Assert.DoesNotContain("\e", watch.Output, StringComparison.Ordinal);
        Assert.True(watch.Output.Split("Service Replicas").Length > 2, watch.Output);
    }

    [Fact]
    public async Task Watching_in_json_prints_one_array_a_line()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", Service(sky), "-y");
        using var watch = new Running(sky, "serve", "status", "--watch", "-o", "json");
        await watch.UntilAsync(text => text.Contains("\"readyReplicas\":1", StringComparison.Ordinal));
        await sky.OkAsync("serve", "scale", "svc", "2", "-y");
        await watch.UntilAsync(text => text.Contains("\"readyReplicas\":2", StringComparison.Ordinal));
        await sky.OkAsync("serve", "down", "svc", "-y");
        await watch.UntilAsync(text => text.EndsWith("[]\n", StringComparison.Ordinal));

        Assert.Equal(130, await watch.InterruptAsync());
        foreach (var line in watch.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            Assert.Equal(JsonValueKind.Array, json.RootElement.ValueKind);
        }
    }

    [Fact]
    public async Task Following_a_log_ends_and_the_replica_runs_on()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", Service(sky, "echo one line; "), "-y");
        using var logs = new Running(sky, "serve", "logs", "svc", "1");
        await logs.UntilAsync(text => text.Contains("one line", StringComparison.Ordinal));

        Assert.Equal(130, await logs.InterruptAsync());
        Assert.Contains("tag=v1", await ServingTests.GetAsync(sky, "svc"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bringing_up_and_updating_end_and_the_service_goes_on()
    {
        await using var sky = new SkyMachine();
        using var up = new Running(sky, "serve", "up", Service(sky, $"until [ -e {sky.Files}/go ]; do sleep 0.1; done; "), "-y");
        await up.UntilAsync(text => text.Contains("replica 1 of version 1", StringComparison.Ordinal));
        Assert.Equal(130, await up.InterruptAsync());
        Assert.Contains("Service 'svc' goes on without you.", up.Output, StringComparison.Ordinal);

        sky.WriteFile("go", "");
        await sky.WaitAsync("svc", status => status.GetProperty("readyReplicas").GetInt32() == 1, "the service to come up by itself");

        var second = Service(sky, $"until [ -e {sky.Files}/again ]; do sleep 0.1; done; ", "v2");
        using var update = new Running(sky, "serve", "update", "svc", second, "-y");
        await update.UntilAsync(text => text.Contains("of version 2", StringComparison.Ordinal));
        Assert.Equal(130, await update.InterruptAsync());
        Assert.Contains("goes on without you", update.Output, StringComparison.Ordinal);
        Assert.Contains("tag=v1", await ServingTests.GetAsync(sky, "svc"), StringComparison.Ordinal);

        sky.WriteFile("again", "");
        await SkyMachine.UntilAsync(async () => (await ServingTests.GetAsync(sky, "svc")).Contains("tag=v2", StringComparison.Ordinal), "version 2 to serve", 60);
    }

    [Fact]
    public async Task Taking_down_ends_and_the_service_goes_away_all_the_same()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", Service(sky), "-y");
        var request = sky.Client.GetAsync($"{sky.GatewayUrl}/services/svc/slow?ms=20000", TestContext.Current.CancellationToken);
        await sky.WaitAsync("svc", status => status.GetProperty("replicas")[0].GetProperty("inFlight").GetInt32() == 1, "the request to be seen");
        using var down = new Running(sky, "serve", "down", "svc", "-y");
        await down.UntilAsync(text => text.Contains("is scheduled to be terminated", StringComparison.Ordinal));

        Assert.Equal(130, await down.InterruptAsync());
        Assert.Contains("It goes on without you.", down.Output, StringComparison.Ordinal);

        await SkyMachine.UntilAsync(async () => (await sky.RunAsync("serve", "status", "svc")).ExitCode == 3, "the service to be gone", 90);
        (await request).Dispose();
    }

    [Fact]
    public async Task Saved_logs_are_one_file_a_target_that_others_cannot_read()
    {
        await using var sky = new SkyMachine();
        sky.Environment["HOME"] = sky.Files;
        await sky.OkAsync("serve", "up", Service(sky, "echo said by $SKYPILOT_SERVE_REPLICA_ID; ", replicas: 2), "-y");

        var all = await sky.OkAsync("serve", "logs", "svc", "--sync-down");
        var one = await sky.OkAsync("serve", "logs", "svc", "2", "-s");
        var none = await sky.RunAsync("serve", "logs", "svc", "7", "-s");

        var folder = all.Output.Trim().Split(' ')[^1];
        Assert.StartsWith(Path.Combine(sky.Files, "sky_logs/service/svc_"), folder, StringComparison.Ordinal);
        Assert.Equal(["controller.log", "load_balancer.log", "replica-1.log", "replica-2.log"], Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order());
        Assert.Contains("said by 2", await File.ReadAllTextAsync(Path.Combine(folder, "replica-2.log"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(folder) & (UnixFileMode.OtherRead | UnixFileMode.GroupRead));
        Assert.Equal(["replica-2.log"], Directory.EnumerateFiles(one.Output.Trim().Split(' ')[^1]).Select(Path.GetFileName));
        Assert.Equal(3, none.ExitCode);
        Assert.Equal(2, Directory.EnumerateDirectories(Path.Combine(sky.Files, "sky_logs/service")).Count());
    }

    private static string Service(SkyMachine sky, string before = "", string tag = "v1", int replicas = 1) =>
        sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(replicas: replicas, tag: tag).Replace("run: exec", $"run: \"{before}exec", StringComparison.Ordinal) + "\"\n");

    /// <summary>A command that goes on, with all it has written so far.</summary>
    private sealed class Running : IDisposable
    {
        private readonly Process _process;
        private readonly Task[] _readers;
        private readonly Lock _lock = new();
        private string _output = "";

        public Running(SkyMachine sky, params string[] arguments)
        {
            _process = sky.Start(arguments);
            _process.StandardInput.Close();
            _readers = [ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError)];
        }

        public string Output
        {
            get
            {
                lock (_lock)
                {
                    return _output;
                }
            }
        }

        public Task UntilAsync(Func<string, bool> condition) =>
            SkyMachine.UntilAsync(() => Task.FromResult(condition(Output) ? true : _process.HasExited ? throw new InvalidOperationException($"It ended: {Output}") : false), $"the awaited words\n{Output}", 60);

        /// <summary>The exit code.</summary>
        public async Task<int> InterruptAsync()
        {
            LinuxProcesses.Kill(_process.Id, Interrupt);
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));
            await Task.WhenAll(_readers);
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.Dispose();
        }

        private async Task ReadAsync(StreamReader reader)
        {
            var buffer = new char[1024];
            while (await reader.ReadAsync(buffer) is > 0 and var count)
            {
                lock (_lock)
                {
                    _output += new string(buffer, 0, count);
                }
            }
        }
    }
}
