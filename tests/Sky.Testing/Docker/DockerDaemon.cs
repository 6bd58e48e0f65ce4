using System.Diagnostics;
using System.Net.Sockets;

namespace Sky.Testing.Docker;

/// <summary>
/// A Docker daemon of a test's own: socket, state and pid file in a folder that goes with it. It ends with the tests, however they end.
/// In the machine's network it has a bridge of its own and writes no packet filter rules, so that it disturbs no other daemon:
/// ports are published on loopback by Docker's proxy, and containers do not reach out.
/// </summary>
public sealed class DockerDaemon : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly Process _keeper;
    private readonly string _root;

    private DockerDaemon(Process keeper, string root)
    {
        _keeper = keeper;
        _root = root;
        Api = new DockerApi(Socket);
    }

    /// <summary>Null where a daemon can be had, else one line that says why not.</summary>
    public static string? SkipReason { get; } = FindSkipReason();

    /// <summary>The path of its Unix socket.</summary>
    public string Socket => Path.Combine(_root, "docker.sock");

    /// <summary>As <c>DOCKER_HOST</c> has it.</summary>
    public string Host => $"unix://{Socket}";

    /// <summary>Where the daemon keeps images, containers and volumes.</summary>
    public string DataRoot => Path.Combine(_root, "data");

    public DockerApi Api { get; }

    /// <summary>The daemon's own process; null when it does not run.</summary>
    public int? Pid => File.Exists(PidFile) && int.TryParse(File.ReadAllText(PidFile), out var pid) && Processes.LinuxProcesses.Alive(pid) ? pid : null;

    /// <summary>What the daemon wrote, for a failing test's message.</summary>
    public string Log => File.ReadAllText(Path.Combine(_root, "log"));

    private string PidFile => Path.Combine(_root, "dockerd.pid");

    /// <summary>Starts a daemon and waits until it answers.</summary>
    /// <param name="networkNamespace">A network namespace (of <c>ip netns</c>) to run in, with that as its host name; null: the machine's.</param>
    /// <param name="arguments">More arguments of dockerd. In a namespace it has a bridge and packet filter as usual, unless they say otherwise.</param>
    public static async Task<DockerDaemon> StartAsync(string? networkNamespace = null, params string[] arguments)
    {
        var root = Directory.CreateTempSubdirectory("skyd-").FullName;
        var script = Path.Combine(AppContext.BaseDirectory, "Docker", "daemon.sh");
        var bridge = networkNamespace is null ? "skyd" + Path.GetFileName(root)[^6..] : "";
        var network = networkNamespace is null ? DockerSubnet.Choose() : null;
        string[] own = network is null ? [] :
        [
            "--bridge", bridge, "--iptables=false", "--ip-masq=false", "--default-address-pool", $"base={network.Pool},size=26",
        ];
        var start = new ProcessStartInfo("setsid", ["bash", script, root, bridge, network?.Address ?? "", networkNamespace ?? "", .. own, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var daemon = new DockerDaemon(Process.Start(start)!, root);
        try
        {
            await daemon.UntilReadyAsync();
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL to the daemon alone; its containers live on.</summary>
    public Task KillAsync() => TellAsync("kill");

    /// <summary>SIGTERM: it ends its containers and itself.</summary>
    public Task StopAsync() => TellAsync("stop");

    /// <summary>Starts it again after its end, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        await TellAsync("start");
        await UntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        _keeper.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Deadline);
        await _keeper.WaitForExitAsync(deadline.Token);
        _keeper.Dispose();
        if (Directory.Exists(_root))
        {
            throw new InvalidOperationException($"{_root} could not be removed");
        }
    }

    private async Task TellAsync(string line)
    {
        await _keeper.StandardInput.WriteLineAsync(line);
        await _keeper.StandardInput.FlushAsync();
        using var deadline = new CancellationTokenSource(Deadline);
        if (await _keeper.StandardOutput.ReadLineAsync(deadline.Token) != line)
        {
            throw new InvalidOperationException($"the daemon's keeper has ended\n{Log}");
        }
    }

    private async Task UntilReadyAsync()
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Deadline && !_keeper.HasExited)
        {
            try
            {
                await Api.GetAsync("/_ping");
                return;
            }
            catch (Exception error) when (error is HttpRequestException or SocketException)
            {
                await Task.Delay(50);
            }
        }

        throw new TimeoutException($"dockerd did not start\n{Log}");
    }

    private static string? FindSkipReason()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            return "a Docker daemon of the tests' own needs root on Linux";
        }

        var missing = new[] { "dockerd", "docker-init", "ip", "setsid", "nsenter" }.Where(program => !IsOnPath(program)).ToList();
        return missing.Count == 0 ? null : $"{string.Join(", ", missing)} is missing (Debian packages: docker.io, iproute2)";
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
