namespace Sky.Core.Nodes;

/// <summary>Labels of a replica's container, by which the agent of its node finds it.</summary>
public static class ReplicaLabels
{
    /// <summary>The owner's id: see <see cref="Services.OwnerId"/>.</summary>
    public const string Owner = "skyswarm.owner";

    /// <summary>The service's name.</summary>
    public const string Service = "skyswarm.service";

    /// <summary>The replica's number.</summary>
    public const string Replica = "skyswarm.replica";

    /// <summary>The port it listens on inside.</summary>
    public const string Port = "skyswarm.port";
}
