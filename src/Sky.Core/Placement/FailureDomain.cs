namespace Sky.Core.Placement;

/// <summary>What goes down at once: a zone, or a machine one has.</summary>
internal readonly record struct FailureDomain(string Cloud, string? Region, string? Zone, string? Machine)
{
    public static FailureDomain Of(ReplicaPlacement place) => place.Zone is not null
        ? new(place.Cloud, place.Region, place.Zone, null)
        : new(place.Cloud, place.Region, null, place.Bought ? null : place.NodeId ?? place.Node);
}
