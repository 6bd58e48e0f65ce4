using System.CommandLine;
using Sky.Cli.Commands;
using Sky.Providers.Bootstrapping.Machines;
using Sky.Providers.Clouds.Docker;

namespace Sky.Cli.Clusters;

/// <summary>The options that say which machine is to be made a node, and how it is reached.</summary>
internal sealed class MachineOptions
{
    private readonly Option<string?> _ssh = new("--ssh")
    {
        Description = "Make this machine the node over SSH, with the keys, agent, configuration and known hosts of ssh.", HelpName = "[USER@]HOST[:PORT]",
    };

    private readonly Option<string?> _context = new("--context") { Description = "Make the machine of this Docker context the node.", HelpName = "NAME" };

    private readonly Option<string?> _identity = new("--identity") { Description = "The file of the private key, and no other key then.", HelpName = "FILE" };

    private readonly Option<string?> _config = new("--ssh-config") { Description = "Another file than ~/.ssh/config.", HelpName = "FILE" };

    private readonly Option<string?> _binary = new("--binary") { Description = "The sky that the machine is given, one file that runs by itself; this one by default, where it is such a file.", HelpName = "FILE" };

    private readonly Option<string?> _controller = new("--node-controller")
    {
        Description = "The controller's address as the machine reaches it; by default this machine's address towards it, and the port of SKY_CONTROLLER_NODE_LISTEN.", HelpName = "URL",
    };

    private readonly Option<bool> _metadata = new("--allow-metadata")
    {
        Description = "Let the machine's containers ask the metadata service of its cloud, which gives out the machine's identity and rights.",
    };

    public Option<string?> Address { get; } = new("--address")
    {
        Description = "The machine's IP address, as gateways and the other nodes reach it; over SSH, by default the one at which SSH came in.", HelpName = "IP",
    };

    public IReadOnlyList<Option> All => [Address, _ssh, _context, _identity, _config, _binary, _controller, _metadata];

    /// <summary>Null where no machine is named. Throws <see cref="CliException"/> (the input is wrong).</summary>
    public MachineRequest? Read(CliContext context, ParseResult parsed)
    {
        var (ssh, name) = (parsed.GetValue(_ssh), parsed.GetValue(_context));
        if (ssh is null && name is null)
        {
            return new Option[] { _identity, _config, _binary, _controller, _metadata }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } lonely
                ? throw CliException.InputWrong($"{lonely.Name} is for a machine that is reached over SSH: name it with --ssh [USER@]HOST[:PORT] or --context NAME.")
                : null;
        }

        if (ssh is not null && name is not null)
        {
            throw CliException.InputWrong("--ssh and --context both name a machine: give one of them.");
        }

        var (shell, socket) = ssh is not null ? (Ssh(context, parsed, ssh, "--ssh"), null) : OfContext(context, parsed, name!);
        return new MachineRequest
        {
            Machine = new Machine(shell),
            Address = parsed.GetValue(Address),
            DockerSocket = socket,
            Binary = FilePath(context, parsed.GetValue(_binary), _binary.Name),
            AllowMetadata = parsed.GetValue(_metadata),
            Controller = parsed.GetValue(_controller) switch
            {
                null => null,
                var text when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps => url,
                var text => throw CliException.InputWrong($"--node-controller must be an https address, such as https://10.0.0.1:46591. Found: '{text}'"),
            },
        };
    }

    private SshShell Ssh(CliContext context, ParseResult parsed, string text, string what) => new(new SshOptions
    {
        Target = SshTarget.Parse(text) ?? throw CliException.InputWrong($"{what} must be [USER@]HOST[:PORT], such as root@10.0.0.1. Found: '{text}'"),
        Identity = FilePath(context, parsed.GetValue(_identity), _identity.Name),
        ConfigFile = FilePath(context, parsed.GetValue(_config), _config.Name),
    });

    /// <summary>A context with a Unix socket is this machine; null is the usual socket.</summary>
    private (IMachineShell Shell, string? Socket) OfContext(CliContext context, ParseResult parsed, string name)
    {
        var folder = context.Variable("DOCKER_CONFIG") ?? Path.Combine(context.Variable("HOME") ?? "/", ".docker");
        var contexts = DockerContexts.Find(context.Variable, folder).Where(one => one.Name is not null).ToList();
        var found = contexts.Find(one => one.Name == name)
            ?? throw CliException.InputWrong($"There is no Docker context '{name}'. There are: {string.Join(", ", contexts.Select(one => one.Name))}");
        return found switch
        {
            { Endpoint.LocalPath: "/var/run/docker.sock" } => (new LocalShell(), null),
            { Endpoint: { } endpoint } => (new LocalShell(), endpoint.LocalPath),
            { Host: { } host } when host.StartsWith("ssh://", StringComparison.Ordinal) => (Ssh(context, parsed, host, $"The address of the context {name}"), null),
            { Host: var host } => throw CliException.InputWrong(
                $"The context {name} is at {host}. A node's Docker listens on its Unix socket alone, since who reaches its TCP port is root on that machine: the agent is reached instead. "
                + "Name the machine with --ssh [USER@]HOST, and close that port (no -H tcp://… and no \"hosts\" in its /etc/docker/daemon.json)."),
        };
    }

    private static string? FilePath(CliContext context, string? text, string option)
    {
        if (text is null)
        {
            return null;
        }

        var path = Path.GetFullPath(text, context.CurrentDirectory);
        return File.Exists(path) ? path : throw CliException.InputWrong($"{option}: there is no file {path}");
    }
}
