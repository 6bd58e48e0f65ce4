using System.Net;

namespace Sky.Providers.Bootstrapping.Machines;

/// <summary>What a machine says of itself before anything is done there.</summary>
public sealed record MachineFacts
{
    /// <summary>Whether the user is root there; otherwise <c>sudo</c> makes it so.</summary>
    public required bool Root { get; init; }

    /// <summary>As <c>uname -m</c> has it.</summary>
    public required string Processor { get; init; }

    /// <summary>The address at which SSH came in; null where that is no address for others, as through a tunnel.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>SHA-256 of the <c>sky</c> that is there; null for none.</summary>
    public string? InstalledSha256 { get; init; }
}
