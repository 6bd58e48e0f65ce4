using System.Net;
using System.Reflection;
using Sky.Cli.Hosting;
using Sky.Core;
using Sky.Core.Nodes;
using Sky.Core.Nodes.DockerAccess;
using Sky.Node.Hosting;

namespace Sky.Cli.Nodes;

/// <summary>The settings of an agent.</summary>
internal static class NodeSettings
{
    private const string UnixScheme = "unix://";

    /// <summary>Throws <see cref="CliException"/> (the input is wrong) with the setting and what would be right.</summary>
    public static NodeOptions Read(CliContext context, SettingReader reader)
    {
        var root = reader.Text("SKY_HOME") ?? Path.Combine(context.Variable("HOME") ?? context.CurrentDirectory, ".skyswarm");
        return new NodeOptions
        {
            Home = new SkyHome(Path.GetFullPath(root, context.CurrentDirectory)),
            Listen = Listen(Given(reader, "SKY_NODE_LISTEN")),
            DockerSocket = Socket(Given(reader, "SKY_NODE_DOCKER")),
            Controller = Controller(reader),
            Token = Token(context, reader),
            Expected = Given(reader, "SKY_NODE_NAME") is { } name ? NodeNames.Parse(name, "SKY_NODE_NAME (--node-name)") : null,
            Policy = Policy(Given(reader, "SKY_NODE_CAPABILITIES")),
            Cloud = Given(reader, "SKY_NODE_CLOUD") switch
            {
                null => null,
                "aws" => NodeCloud.Aws,
                "azure" => NodeCloud.Azure,
                var other => throw CliException.InputWrong($"SKY_NODE_CLOUD (--node-cloud) must be aws or azure. Found: '{other}'"),
            },
            Version = typeof(NodeSettings).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0",
        };
    }

    /// <summary>Environment files of service managers set a variable to nothing rather than leave it out.</summary>
    private static string? Given(SettingReader reader, string variable) => reader.Text(variable) is { Length: > 0 } text ? text : null;

    private static IPEndPoint Listen(string? text)
    {
        if (text is null)
        {
            return new IPEndPoint(IPAddress.Any, NodeHost.DefaultPort);
        }

        return IPEndPoint.TryParse(text, out var address) && text.Contains(':', StringComparison.Ordinal)
            ? address
            : throw CliException.InputWrong($"SKY_NODE_LISTEN (--node-listen) must be an address and a port, such as 0.0.0.0:46600. Found: '{text}'");
    }

    private static string Socket(string? text) => text switch
    {
        null => NodeOptions.DefaultDockerSocket,
        _ when text.StartsWith(UnixScheme + "/", StringComparison.Ordinal) => text[UnixScheme.Length..],
        _ => throw CliException.InputWrong($"SKY_NODE_DOCKER (--node-docker) must be a Unix socket of this machine, such as unix:///var/run/docker.sock. Found: '{text}'"),
    };

    private static Uri? Controller(SettingReader reader) => reader.OptionalUrl("SKY_NODE_CONTROLLER") switch
    {
        null => null,
        { Scheme: "https" } url => url,
        var url => throw CliException.InputWrong($"SKY_NODE_CONTROLLER (--node-controller) must be an https address. Found: '{url.OriginalString}'"),
    };

    /// <summary>From a file or the environment: an argument would be seen by every process of the machine.</summary>
    private static EnrolmentToken? Token(CliContext context, SettingReader reader)
    {
        var text = context.Variable("SKY_NODE_TOKEN");
        if (text is null && Given(reader, "SKY_NODE_TOKEN_FILE") is { } file)
        {
            var path = Path.GetFullPath(file, context.CurrentDirectory);
            if (!File.Exists(path))
            {
                // A node that has enrolled needs none.
                return null;
            }

            text = File.ReadAllText(path);
        }

        return text is null ? null : EnrolmentToken.Parse(text)
            ?? throw CliException.InputWrong("SKY_NODE_TOKEN or the file of SKY_NODE_TOKEN_FILE (--node-token-file) holds no enrolment token: it begins with sky-node.");
    }

    private static DockerPolicy Policy(string? text)
    {
        if (text is null)
        {
            return DockerPolicy.Default;
        }

        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name.ToUpperInvariant()).Select(name => name.StartsWith("CAP_", StringComparison.Ordinal) ? name[4..] : name).ToList();
        return names.All(name => name.All(sign => char.IsAsciiLetterUpper(sign) || sign == '_') && name != "ALL")
            ? new DockerPolicy { Capabilities = [.. DockerPolicy.UsualCapabilities.Union(names)] }
            : throw CliException.InputWrong($"SKY_NODE_CAPABILITIES (--node-capabilities) must be names of capabilities, such as IPC_LOCK,SYS_NICE; ALL is none. Found: '{text}'");
    }
}
