using System.Net;
using Sky.Core;
using Sky.Core.Nodes;
using Sky.Core.Nodes.DockerAccess;

namespace Sky.Node.Hosting;

/// <summary>How an agent runs.</summary>
public sealed record NodeOptions
{
    public const string DefaultDockerSocket = "/var/run/docker.sock";

    public required SkyHome Home { get; init; }

    /// <summary>Where it is called, by mutual TLS.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Any, NodeHost.DefaultPort);

    /// <summary>The path of the daemon's Unix socket.</summary>
    public string DockerSocket { get; init; } = DefaultDockerSocket;

    /// <summary>The controller's address for nodes; null: the one it enrolled at.</summary>
    public Uri? Controller { get; init; }

    /// <summary>To enrol with, where it is not enrolled; null for none.</summary>
    public EnrolmentToken? Token { get; init; }

    /// <summary>Which node it is to be; null: the one that the token is for.</summary>
    public NodeKey? Expected { get; init; }

    /// <summary>What containers may be given.</summary>
    public DockerPolicy Policy { get; init; } = DockerPolicy.Default;

    /// <summary>Whose notices of interruption it looks for; null: nobody's.</summary>
    public NodeCloud? Cloud { get; init; }

    /// <summary>The cloud's metadata service.</summary>
    public Uri MetadataService { get; init; } = new("http://169.254.169.254");

    /// <summary>For connections to finish when it is told to stop; what is left then is cut.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    public string Version { get; init; } = "0";
}
