using Sky.Core.Nodes;

namespace Sky.Providers.Bootstrapping;

/// <summary>What a bare machine needs to know to become a node.</summary>
public sealed record NodeBootstrap
{
    /// <summary>Where the <c>sky</c> binary is fetched; <c>https</c>, or a <c>file:</c> that was copied before.</summary>
    public required Uri Binary { get; init; }

    /// <summary>SHA-256 of the binary, 64 hexadecimal digits: nothing else is installed.</summary>
    public required string BinarySha256 { get; init; }

    /// <summary>The controller's address for nodes.</summary>
    public required Uri Controller { get; init; }

    public required NodeKey Node { get; init; }

    /// <summary>
    /// The enrolment token where it travels with the script, as in a cloud's user data; null: it is already in <c>/etc/skyswarm/token</c>,
    /// put there by who copied the script. It is good once and for an hour.
    /// </summary>
    public EnrolmentToken? Token { get; init; }

    /// <summary>The version of Debian's or Ubuntu's <c>docker.io</c> to install; null: the distribution's. A Docker that is there already is kept.</summary>
    public string? DockerVersion { get; init; }

    /// <summary>Whose notices of interruption the agent looks for: <c>aws</c>, <c>azure</c>; null: nobody's.</summary>
    public string? Cloud { get; init; }

    /// <summary>
    /// Containers may ask the metadata service of the machine's cloud, which gives out the machine's identity. Otherwise no container of the machine can, whoever
    /// started it; the machine itself can in any case.
    /// </summary>
    public bool AllowMetadata { get; init; }

    /// <summary>The path of the daemon's Unix socket; null: the usual one.</summary>
    public string? DockerSocket { get; init; }

    /// <summary>Where the agent listens.</summary>
    public int Port { get; init; } = NodeHost.DefaultPort;
}
