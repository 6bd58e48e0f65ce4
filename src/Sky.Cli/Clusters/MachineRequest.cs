using Sky.Providers.Bootstrapping.Machines;

namespace Sky.Cli.Clusters;

/// <summary>A machine that is to become a node.</summary>
internal sealed record MachineRequest
{
    public required Machine Machine { get; init; }

    /// <summary>Its IP address; null: the one at which SSH came in.</summary>
    public string? Address { get; init; }

    /// <summary>The path of its Docker's socket; null: the usual one.</summary>
    public string? DockerSocket { get; init; }

    /// <summary>The file it is given as <c>sky</c>; null: this program.</summary>
    public string? Binary { get; init; }

    /// <summary>The controller's address as the machine reaches it; null: found out.</summary>
    public Uri? Controller { get; init; }

    /// <summary>Its containers may ask the metadata service of its cloud.</summary>
    public bool AllowMetadata { get; init; }
}
