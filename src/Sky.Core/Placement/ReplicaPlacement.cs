using System.Text.Json.Serialization;
using Sky.Core.Catalog;

namespace Sky.Core.Placement;

/// <summary>Where a replica stands.</summary>
public sealed record ReplicaPlacement
{
    /// <summary><c>local</c>, <c>aws</c>, …</summary>
    public required string Cloud { get; init; }

    public string? Region { get; init; }

    public string? Zone { get; init; }

    /// <summary>The node's name, such as this machine's host name.</summary>
    public required string Node { get; init; }

    /// <summary>The engine's own id of the node; null where the engine has only one.</summary>
    public string? NodeId { get; init; }

    public string? InstanceType { get; init; }

    public bool UseSpot { get; init; }

    /// <summary>A whole node is bought for it, and goes with it.</summary>
    public bool Bought { get; init; }

    /// <summary>US dollars an hour; null when it is not known, 0 for one's own machine.</summary>
    public double? HourlyCost { get; init; }

    /// <summary>US dollars an hour that the file pays at most for the node; null: it names no limit.</summary>
    public double? MaxHourlyCost { get; init; }

    /// <summary>Who runs it: the name of its <see cref="Engines.IEngine"/>; left out for processes of this machine.</summary>
    public string? Engine { get; init; }

    /// <summary>The accelerators it was given, such as <c>A100:4</c>; null for none.</summary>
    public string? Accelerators { get; init; }

    /// <summary>Whether it stands on the controller's own machine and is reached there by a port of loopback.</summary>
    [JsonIgnore]
    public bool IsHere => !EngineName.StartsWith(Engines.EngineName.Swarm, StringComparison.Ordinal);

    /// <summary>The name of the engine that runs it.</summary>
    [JsonIgnore]
    public string EngineName => Engine ?? Engines.EngineName.Process;

    /// <summary>One's own machine has no spot market: a replica that asked for spot stands there as any other.</summary>
    public static ReplicaPlacement Of(Offering offering) => new()
    {
        Cloud = offering.Cloud,
        Region = offering.Region,
        Zone = offering.Zone,
        Node = offering.InstanceType,
        NodeId = offering.NodeId,
        InstanceType = offering.InstanceType,
        UseSpot = offering.UseSpot && !offering.Owned,
        Bought = !offering.Owned,
        HourlyCost = offering.HourlyCost,
        Engine = offering.Engine == Engines.EngineName.Process ? null : offering.Engine,
    };
}
