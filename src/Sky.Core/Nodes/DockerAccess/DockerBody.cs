namespace Sky.Core.Nodes.DockerAccess;

/// <summary>What a call of a daemon's API carries, and so which rules its body keeps to.</summary>
public enum DockerBody
{
    /// <summary>Nothing: a body is refused, since older forms of some calls take options there.</summary>
    None,

    /// <summary>A tar, passed on as it comes: the files of a container.</summary>
    Archive,

    Container,

    Service,

    Network,

    Volume,

    /// <summary>A secret or a config.</summary>
    Secret,

    /// <summary>Role, availability and labels of a node of the swarm.</summary>
    Node,

    Join,
}
