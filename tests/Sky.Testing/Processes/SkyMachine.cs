using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Sky.Testing.Processes;

/// <summary>
/// A home of its own for the real <c>sky</c> program: free loopback ports, a temporary <c>SKY_HOME</c>, and the processes in it.
/// Disposal takes everything down and fails when something is left running.
/// </summary>
public sealed class SkyMachine : IAsyncDisposable
{
    private const string MarkVariable = "SKY_HOME";

    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1) })
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    private readonly string _program;

    /// <param name="program">The program to run; the one of the present build when it is not given.</param>
    public SkyMachine(string? program = null)
    {
        _program = program ?? SkyProgram.Path;
        Home = Directory.CreateTempSubdirectory("sky-home-").FullName;
        Files = Directory.CreateTempSubdirectory("sky-files-").FullName;
        var ports = FreePorts.Take(3);
        ControllerUrl = $"http://127.0.0.1:{ports[0]}";
        GatewayUrl = $"http://127.0.0.1:{ports[1]}";
        Environment["SKY_HOME"] = Home;
        Environment["SKY_CONTROLLER_LISTEN"] = ControllerUrl;
        Environment["SKY_GATEWAY_LISTEN"] = GatewayUrl;
        Environment["SKY_GATEWAY_TLS_LISTEN"] = $"https://127.0.0.1:{ports[2]}";
        Environment["NO_COLOR"] = "1";
    }

    public string Home { get; }

    /// <summary>Where tests write their service files.</summary>
    public string Files { get; }

    public string ControllerUrl { get; }

    public string GatewayUrl { get; }

    public string TlsUrl => Environment["SKY_GATEWAY_TLS_LISTEN"];

    public Dictionary<string, string> Environment { get; } = [];

    public HttpClient Client => _client;

    /// <summary>Writes a service file and gives its path.</summary>
    public string WriteFile(string name, string content)
    {
        var path = Path.Combine(Files, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Runs <c>sky</c> to its end.</summary>
    public async Task<SkyRun> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: false);
            throw new TimeoutException($"sky {string.Join(' ', arguments)} did not end.\n{await output}\n{await error}\n{Diagnose()}");
        }

        return new SkyRun(process.ExitCode, await output, await error);
    }

    /// <summary>Runs <c>sky</c> and fails unless it ends with 0.</summary>
    public async Task<SkyRun> OkAsync(params string[] arguments)
    {
        var run = await RunAsync(arguments);
        return run.ExitCode == 0
            ? run
            : throw new InvalidOperationException($"sky {string.Join(' ', arguments)} ended with {run.ExitCode}.\n{run.Output}\n{run.Error}\n{Diagnose()}");
    }

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(_program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Files,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Whoever runs the tests may be at home in a cloud: nothing may be bought there.
        foreach (var key in start.Environment.Keys.Where(key => key.StartsWith("AWS_", StringComparison.Ordinal) || key.StartsWith("SKY_AWS_", StringComparison.Ordinal) || key.StartsWith("AZURE_", StringComparison.Ordinal) || key.StartsWith("SKY_AZURE_", StringComparison.Ordinal) || key.StartsWith("SKY_CLOUD_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(key);
        }

        foreach (var (key, value) in Environment)
        {
            start.Environment[key] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>The one service of that name as <c>status -o json</c> shows it.</summary>
    public async Task<JsonElement> StatusAsync(string service)
    {
        var run = await OkAsync("serve", "status", service, "-o", "json");
        using var document = JsonDocument.Parse(run.Output);
        return document.RootElement.EnumerateArray().Single(element => element.GetProperty("name").GetString() == service).Clone();
    }

    /// <summary>Asks until <paramref name="condition"/> holds; fails with the last status after <paramref name="seconds"/>.</summary>
    public async Task<JsonElement> WaitAsync(string service, Func<JsonElement, bool> condition, string what, double seconds = 60)
    {
        var watch = Stopwatch.StartNew();
        JsonElement status = default;
        while (watch.Elapsed < TimeSpan.FromSeconds(seconds))
        {
            status = await StatusAsync(service);
            if (condition(status))
            {
                return status;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"Not within {seconds} s: {what}.\n{status}\n{Diagnose()}");
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what, double seconds = 90)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromSeconds(seconds))
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"Not within {seconds} s: {what}.");
    }

    public int? ControllerPid => ReadPid("controller.pid");

    public int? GatewayPid => ReadPid("gateway.pid");

    /// <summary>Every process that bears this machine's home in its environment or command line.</summary>
    public IReadOnlyList<int> Processes() =>
        [.. LinuxProcesses.All().Where(pid => LinuxProcesses.Mentions(pid, $"{MarkVariable}={Home}") || LinuxProcesses.CommandLine(pid).Contains(Home, StringComparison.Ordinal))];

    public IReadOnlyList<int> Runners() =>
        [.. LinuxProcesses.All().Where(pid => LinuxProcesses.CommandLine(pid) is var line && line.Contains("internal-runner", StringComparison.Ordinal) && line.Contains(Home, StringComparison.Ordinal))];

    /// <summary>The ids of the test replicas that run in this home, one for each process.</summary>
    public IReadOnlyList<int> Replicas() =>
    [
        .. WithCommand($"{SkyProgram.TestReplica} ")
            .Where(pid => new FileInfo($"/proc/{pid}/cwd").LinkTarget?.StartsWith(Home, StringComparison.Ordinal) == true)
            .Select(pid => int.TryParse(LinuxProcesses.Variable(pid, "SKYPILOT_SERVE_REPLICA_ID"), out var id) ? id : 0)
            .Where(id => id > 0),
    ];

    /// <summary>What a replica has written so far.</summary>
    public string LogOf(string service, int replica)
    {
        var folder = new DirectoryInfo(Path.Combine(Home, "replicas", service, $"{replica}"));
        return folder.Exists ? string.Concat(folder.EnumerateFiles("log*").OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => File.ReadAllText(file.FullName))) : "";
    }

    /// <summary>Processes whose command line holds a marker that a test put there.</summary>
    public static IReadOnlyList<int> WithCommand(string marker) =>
        [.. LinuxProcesses.All().Where(pid => LinuxProcesses.CommandLine(pid).Contains(marker, StringComparison.Ordinal))];

    public static void Kill9(int pid) => LinuxProcesses.Kill(pid, 9);

    /// <summary>The ends of the logs, for a failing test's message.</summary>
    public string Diagnose()
    {
        var parts = new List<string>();
        foreach (var log in Directory.EnumerateFiles(Home, "*", SearchOption.AllDirectories).Where(file => file.EndsWith(".log", StringComparison.Ordinal) || Path.GetFileName(file) == "log"))
        {
            parts.Add($"--- {Path.GetRelativePath(Home, log)}\n{string.Join('\n', File.ReadLines(log).TakeLast(25))}");
        }

        return string.Join('\n', parts);
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("controller", "stop", "--down", "--now", "-y");
        _client.Dispose();
        var left = Processes();
        for (var i = 0; i < 100 && left.Count > 0; i++)
        {
            await Task.Delay(100);
            left = Processes();
        }

        var lines = left.Select(pid => $"{pid} {LinuxProcesses.CommandLine(pid)}").ToList();
        foreach (var pid in left)
        {
            Kill9(pid);
        }

        var diagnosis = lines.Count > 0 ? Diagnose() : "";
        Directory.Delete(Home, recursive: true);
        Directory.Delete(Files, recursive: true);
        if (lines.Count > 0)
        {
            throw new InvalidOperationException($"Left running after `controller stop --down`:\n{string.Join('\n', lines)}\n{diagnosis}");
        }
    }

    private int? ReadPid(string file)
    {
        var path = Path.Combine(Home, file);
        try
        {
            return int.TryParse(File.ReadAllText(path).Trim(), out var pid) && LinuxProcesses.Alive(pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
