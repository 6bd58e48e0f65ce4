using System.Text.Json.Serialization;
using Sky.Core.Catalog;
using Sky.Core.Services;

namespace Sky.Core.Clouds;

/// <summary>The exact request of one launch; committed before the call and replayed as it is after a crash.</summary>
public sealed record NodeRequest(NodeId Node, int Attempt, Offering Offering)
{
    /// <summary>What the node runs first, with its enrolment token: a secret, kept sealed. Null where nothing is run.</summary>
    [JsonIgnore]
    public string? UserData { get; init; }

    /// <summary>The replica that it is for, which its cloud shows with it; null for a cluster's manager.</summary>
    public ReplicaKey? Replica { get; init; }

    /// <summary>US dollars an hour that is paid at most, where the cloud's price of a spot node may rise above the offering's; null: as much as on demand.</summary>
    public double? MaxHourlyCost { get; init; }

    /// <summary>Without what is secret.</summary>
    public override string ToString() => $"node {Node}, attempt {Attempt}: {Offering.InstanceType} in {Offering.Zone ?? Offering.Region ?? Offering.Cloud}";
}
