using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;

namespace Sky.Controller.Launching;

/// <summary>What the clouds that were asked show of our nodes.</summary>
internal sealed record CloudSights(IReadOnlyDictionary<string, IReadOnlyDictionary<NodeId, CloudNode>> Clouds)
{
    /// <summary>What is seen of one node.</summary>
    public NodeSight Of(NodeLaunch launch) => Clouds.TryGetValue(launch.Request.Offering.Cloud, out var nodes)
        ? new NodeSight(true, nodes.GetValueOrDefault(launch.Id))
        : new NodeSight(false, null);
}
