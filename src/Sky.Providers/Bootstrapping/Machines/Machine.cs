using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Sky.Providers.Bootstrapping.Machines;

/// <summary>
/// Makes a machine that one has a node, by the same script as a cloud's user data. Each step may be repeated, and what is done is not done again. Script and token
/// go by standard input, and lie in no file but root's own.
/// </summary>
public sealed partial class Machine(IMachineShell shell)
{
    /// <summary>Where the program is put before the script checks and installs it.</summary>
    private const string Upload = "/var/lib/skyswarm/sky.upload";

    private const string Look = """
        printf 'uid %s\n' "$(id -u)"
        printf 'processor %s\n' "$(uname -m)"
        printf 'ssh %s\n' "${SSH_CONNECTION:-}"
        printf 'sky %s\n' "$(sha256sum /usr/local/bin/sky 2>/dev/null)"
        if [ "$(id -u)" != 0 ]; then
            sudo -n true 2>&1 </dev/null >/dev/null && echo 'sudo yes' || :
        fi

        """;

    private MachineFacts? _facts;

    public string Name => shell.Name;

    /// <summary>Throws <see cref="MachineException"/> where the machine cannot be reached or cannot be made a node by this user.</summary>
    public async Task<MachineFacts> LookAsync(CancellationToken cancellationToken)
    {
        using var script = Text(Look);
        var run = await shell.RunAsync("sh", script, null, cancellationToken);
        var said = run.Output.Select(line => line.Split(' ', 2)).Where(pair => pair.Length == 2).GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => group.Last()[1].Trim());
        if (run.ExitCode != 0 || !said.TryGetValue("uid", out var user))
        {
            throw new MachineException($"{Name} has no usual shell: {Reason(run)}");
        }

        if (user != "0" && !said.ContainsKey("sudo"))
        {
            throw new MachineException(
                $"The user is not root on {Name}, and sudo does not work there without a password ({run.Output.Concat(run.Error).LastOrDefault(line => line.Contains("sudo", StringComparison.Ordinal)) ?? "sudo is missing"}). "
                + "Name root (root@HOST), or allow it in a file of /etc/sudoers.d: USER ALL=(ALL) NOPASSWD: ALL");
        }

        return _facts = new MachineFacts
        {
            Root = user == "0",
            Processor = said.GetValueOrDefault("processor", ""),
            Address = AddressOf(said.GetValueOrDefault("ssh", "")),
            InstalledSha256 = said.GetValueOrDefault("sky", "").Split(' ')[0] is { Length: 64 } hash ? hash : null,
        };
    }

    /// <summary>Copies the program there and returns its address for the script; what is installed already is not copied.</summary>
    public async Task<Uri> CopyAsync(NodeProgram program, Action<string> progress, CancellationToken cancellationToken)
    {
        var facts = _facts ?? await LookAsync(cancellationToken);
        if (program.Processor is { } built && built != facts.Processor)
        {
            throw new MachineException($"{Name} has a {facts.Processor} processor, and {program.Path} is for {built}: build sky for that one, and name the file with --binary.");
        }

        if (facts.InstalledSha256 != program.Sha256)
        {
            await using var file = File.OpenRead(program.Path);
            progress(FormattableString.Invariant($"copying sky ({file.Length / 1e6:0} MB)"));
            var run = await shell.RunAsync(AsRoot($"sh -c 'umask 077 && mkdir -p /var/lib/skyswarm && cat > {Upload}'"), file, null, cancellationToken);
            if (run.ExitCode != 0)
            {
                throw new MachineException($"sky could not be copied to {Name}: {Reason(run)}");
            }
        }

        return new Uri("file://" + Upload);
    }

    /// <summary>Runs the script. Throws <see cref="MachineException"/> with the step that failed and its last line.</summary>
    public async Task RunAsync(NodeBootstrap node, Action<string> progress, CancellationToken cancellationToken)
    {
        _ = _facts ?? await LookAsync(cancellationToken);
        using var script = Text(NodeScript.Generate(node) + $"rm -f {Upload}\n");
        var run = await shell.RunAsync(AsRoot("sh"), script, line => progress(Shown(line)), cancellationToken);
        if (run.ExitCode != 0)
        {
            throw new MachineException(Failure(run));
        }
    }

    /// <summary>The end of the agent's log, for one who looks for why it does not join; empty where there is none.</summary>
    public async Task<IReadOnlyList<string>> AgentLogAsync(CancellationToken cancellationToken)
    {
        var run = await shell.RunAsync(AsRoot("journalctl -u skyswarm-node -n 10 -o cat --no-pager"), Stream.Null, null, cancellationToken);
        return run.ExitCode == 0 ? run.Output : [];
    }

    private string AsRoot(string command) => _facts is { Root: true } ? command : $"sudo -n {command}";

    private string Failure(ShellRun run)
    {
        const string stopped = NodeScript.Saying + NodeScript.Stopped;
        var step = run.Error.LastOrDefault(line => line.StartsWith(stopped, StringComparison.Ordinal));
        var reason = run.Error.LastOrDefault(line => line.Trim().Length > 0 && !line.StartsWith(stopped, StringComparison.Ordinal)) ?? run.Output.LastOrDefault(line => line.Trim().Length > 0) ?? "it said nothing";
        return $"{Name} did not become a node: the script stopped while {(step is null ? $"beginning (exit code {run.ExitCode})" : step[stopped.Length..])}: {Shown(reason).Trim()}. What is done stays; when that is mended, run the same command again.";
    }

    private static string Reason(ShellRun run) => run.Error.Concat(run.Output).LastOrDefault(line => line.Trim().Length > 0)?.Trim() ?? $"exit code {run.ExitCode}";

    private static MemoryStream Text(string script) => new(Encoding.UTF8.GetBytes(script));

    /// <summary>Without our own prefix, and without signs that move a terminal's cursor.</summary>
    private static string Shown(string line) => Control().Replace(line.StartsWith(NodeScript.Saying, StringComparison.Ordinal) ? line[NodeScript.Saying.Length..] : line, "");

    /// <summary>Of <c>client port server port</c>, the server's.</summary>
    private static IPAddress? AddressOf(string connection) =>
        connection.Split(' ') is [_, _, var server, _] && IPAddress.TryParse(server, out var address) && !IPAddress.IsLoopback(address) ? address : null;

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")]
    private static partial Regex Control();
}
