using System.Diagnostics;

namespace Sky.Testing.Ssh;

/// <summary>A bare Debian or Ubuntu that boots with systemd in a network namespace: nothing is there but sshd, sudo, and the key of root and of <c>admin</c>, who may use sudo.</summary>
public sealed class BareMachine : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    private readonly Process _keeper;
    private readonly string _root;

    private BareMachine(Process keeper, string root, string address)
    {
        (_keeper, _root, Address) = (keeper, root, address);
        SshMachine.WriteClientConfig(root, address, 22, "host_key.pub");
    }

    /// <summary>Null where it can be had, else one line that says why not.</summary>
    public static string? SkipReason { get; } = SshMachine.SkipReason
        ?? (File.Exists("/usr/sbin/debootstrap") ? null : "debootstrap is missing (Debian package: debootstrap)");

    public string Address { get; }

    /// <summary>Begins the line that says why it cannot be made where no mirror gives its packages.</summary>
    public const string Unfetched = "cannot be fetched";

    /// <summary>The private key that lets root in.</summary>
    public string Key => Path.Combine(_root, "key");

    public string ClientConfig => Path.Combine(_root, "ssh_config");

    /// <summary>What its making and its first process wrote.</summary>
    public string Log => File.ReadAllText(Path.Combine(_root, "log"));

    /// <summary>Throws <see cref="InvalidOperationException"/> with one line where it cannot be made.</summary>
    /// <param name="networkNamespace">Of <c>ip netns</c>, with the address.</param>
    /// <param name="address">Its own.</param>
    /// <param name="suite"><c>bookworm</c> of Debian, or <c>noble</c> of Ubuntu.</param>
    public static async Task<BareMachine> StartAsync(string networkNamespace, string address, string suite)
    {
        var root = Directory.CreateTempSubdirectory("sky-bare-").FullName;
        string[] arguments = ["bash", Path.Combine(AppContext.BaseDirectory, "Ssh", "bare.sh"), root, networkNamespace, suite];
        var keeper = Process.Start(new ProcessStartInfo("setsid", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        using var deadline = new CancellationTokenSource(Deadline);
        if (await keeper.StandardOutput.ReadLineAsync(deadline.Token) is var said && said != "started")
        {
            await keeper.WaitForExitAsync(deadline.Token);
            keeper.Dispose();
            Directory.Delete(root, recursive: true);
            throw new InvalidOperationException(said);
        }

        return new BareMachine(keeper, root, address);
    }

    /// <summary>Runs a command there, as root over SSH; null where it does not let in yet.</summary>
    public async Task<string?> RunAsync(string networkNamespace, string command)
    {
        var start = new ProcessStartInfo("nsenter", [$"--net=/run/netns/{networkNamespace}", "ssh", "-F", ClientConfig, "-i", Key, "-o", "BatchMode=yes", Address, command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var ssh = Process.Start(start)!;
        var error = ssh.StandardError.ReadToEndAsync();
        var text = await ssh.StandardOutput.ReadToEndAsync();
        await ssh.WaitForExitAsync();
        await error;
        return ssh.ExitCode == 255 ? null : text;
    }

    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Deadline);
        await _keeper.WaitForExitAsync(deadline.Token);
        _keeper.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
