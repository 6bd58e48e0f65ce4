using Sky.Core.Nodes;

namespace Sky.Core.Clouds;

/// <summary>A node as its cloud sees it now.</summary>
public sealed record CloudNode
{
    public required NodeId Id { get; init; }

    /// <summary>What people call it, such as a host name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it can be reached; null until it has an address.</summary>
    public string? Address { get; init; }

    /// <summary>Where the other nodes of its region reach it; null: as everybody does.</summary>
    public string? PrivateAddress { get; init; }

    /// <summary>False while it starts, and once it is stopped or taken away.</summary>
    public required bool Running { get; init; }

    /// <summary>What the cloud itself says of its end; null for nothing.</summary>
    public NodeNotice? Notice { get; init; }

    /// <summary>Its launch failed, and what is listed is left of it: it never ran and is to be deleted. Null: it did not, as far as is known.</summary>
    public NodeFailure? Failure { get; init; }
}
