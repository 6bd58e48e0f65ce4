using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sky.Testing.Ssh;

/// <summary>
/// A machine that one reaches over SSH: a real sshd, with a host key and a user key of its own, in folders of its own. The bootstrap script runs there unchanged;
/// of systemd there is a stand-in that starts the agent from its unit.
/// </summary>
public sealed class SshMachine : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly Process _keeper;

    private SshMachine(Process keeper, string root, string address, int port)
    {
        (_keeper, Root, Address, Port) = (keeper, root, address, port);
        TrustHostKey("host_key.pub");
    }

    /// <summary>Null where it can be had, else one line that says why not.</summary>
    public static string? SkipReason { get; } = !OperatingSystem.IsLinux() || Environment.UserName != "root" ? "a machine with sshd of the tests' own needs root on Linux"
        : !File.Exists("/usr/sbin/sshd") || !File.Exists("/usr/bin/ssh") ? "sshd or ssh is missing (Debian packages: openssh-server, openssh-client)"
        : null;

    /// <summary>The folder that holds what is installed there: <c>etc</c>, <c>lib</c> (<c>/var/lib</c>), <c>bin</c> (<c>/usr/local/bin</c>), <c>run</c>.</summary>
    public string Root { get; }

    public string Address { get; }

    public int Port { get; }

    /// <summary>The private key that lets root in.</summary>
    public string Key => Path.Combine(Root, "key");

    /// <summary>A configuration of ssh that knows the machine's host key and nothing of the user's own.</summary>
    public string ClientConfig => Path.Combine(Root, "ssh_config");

    public string KnownHosts => Path.Combine(Root, "known_hosts");

    /// <summary>What sshd wrote.</summary>
    public string Log => File.ReadAllText(Path.Combine(Root, "log"));

    /// <param name="networkNamespace">Of <c>ip netns</c>; null: the machine's, at a free port of loopback.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="dockerSocket">The path of its Docker's socket.</param>
    public static async Task<SshMachine> StartAsync(string? networkNamespace = null, string address = "127.0.0.1", string dockerSocket = "/nonexistent/docker.sock")
    {
        var root = Directory.CreateTempSubdirectory("sky-ssh-").FullName;
        var port = networkNamespace is null ? FreePort() : 22;
        string[] arguments =
        [
            "bash", Path.Combine(AppContext.BaseDirectory, "Ssh", "machine.sh"), root, networkNamespace ?? "", address, port.ToString(CultureInfo.InvariantCulture), dockerSocket,
        ];
        var keeper = Process.Start(new ProcessStartInfo("setsid", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        using var deadline = new CancellationTokenSource(Deadline);
        if (await keeper.StandardOutput.ReadLineAsync(deadline.Token) != "started")
        {
            throw new InvalidOperationException(File.ReadAllText(Path.Combine(root, "log")));
        }

        var machine = new SshMachine(keeper, root, address, port);
        while (!machine.Log.Contains("Server listening", StringComparison.Ordinal))
        {
            await Task.Delay(20, deadline.Token);
        }

        return machine;
    }

    /// <summary>Has the client know a key of a file as the machine's.</summary>
    public void TrustHostKey(string file) => WriteClientConfig(Root, Address, Port, file);

    /// <summary>Writes <c>ssh_config</c> and <c>known_hosts</c> into a folder.</summary>
    internal static void WriteClientConfig(string folder, string address, int port, string hostKey)
    {
        var known = Path.Combine(folder, "known_hosts");
        var key = File.ReadAllText(Path.Combine(folder, hostKey)).Trim();
        File.WriteAllText(known, $"{(port == 22 ? address : string.Create(CultureInfo.InvariantCulture, $"[{address}]:{port}"))} {key}\n");
        File.WriteAllText(Path.Combine(folder, "ssh_config"), $"UserKnownHostsFile {known}\nGlobalKnownHostsFile /dev/null\nIdentityAgent none\nUser root\n");
    }

    /// <summary>Makes another key of the same form.</summary>
    public void MakeKey(string file)
    {
        using var program = Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(Root, file)]);
        program.WaitForExit();
    }

    /// <summary>Puts a program before the usual ones.</summary>
    public void Install(string program, string text)
    {
        var path = Path.Combine(Root, "bin", program);
        File.Delete(path);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Deadline);
        await _keeper.WaitForExitAsync(deadline.Token);
        _keeper.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
