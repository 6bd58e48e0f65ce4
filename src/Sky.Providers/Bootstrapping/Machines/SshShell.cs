using System.Globalization;

namespace Sky.Providers.Bootstrapping.Machines;

/// <summary>
/// A machine over SSH, by the <c>ssh</c> program, so that the user's configuration, agent, jump hosts and known hosts count. It asks nothing (batch mode), takes no
/// host whose key is not known, and forwards nothing.
/// </summary>
public sealed class SshShell(SshOptions options) : IMachineShell
{
    /// <summary>What <c>ssh</c> ends with when it is itself what failed.</summary>
    private const int OwnFailure = 255;

    private static readonly string[] Fixed =
    [
        "-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=8",
        "-o", "ForwardAgent=no", "-o", "ForwardX11=no", "-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no", "-o", "RequestTTY=no", "-o", "LogLevel=INFO",
    ];

    public string Name => options.Target.ToString();

    public async Task<ShellRun> RunAsync(string command, Stream input, Action<string>? line, CancellationToken cancellationToken)
    {
        var run = await ShellProgram.RunAsync("ssh", Arguments(command), input, line, cancellationToken)
            ?? throw new MachineException("There is no ssh on this machine: install the OpenSSH client (Debian package: openssh-client).");
        return run.ExitCode == OwnFailure ? throw new MachineException(SshProblem.Explain(options, run.Error)) : run;
    }

    private List<string> Arguments(string command)
    {
        List<string> arguments = [.. Fixed];
        if (options.ConfigFile is { } config)
        {
            arguments.AddRange(["-F", config]);
        }

        if (options.Identity is { } identity)
        {
            arguments.AddRange(["-i", identity, "-o", "IdentitiesOnly=yes"]);
        }

        if (options.Target.User is { } user)
        {
            arguments.AddRange(["-l", user]);
        }

        if (options.Target.Port is { } port)
        {
            arguments.AddRange(["-p", port.ToString(CultureInfo.InvariantCulture)]);
        }

        return [.. arguments, "--", options.Target.Host, command];
    }
}
