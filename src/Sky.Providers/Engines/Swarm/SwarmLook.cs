using Sky.Core.Clusters;
using Sky.Core.Nodes;

namespace Sky.Providers.Engines.Swarm;

/// <summary>Puts together what a node's agent and its managers say. Pure.</summary>
internal static class SwarmLook
{
    private const double Nanos = 1e9;
    private const double BytesOfGigabyte = 1L << 30;

    /// <param name="node">As stored.</param>
    /// <param name="facts">What its agent says; null where it does not answer.</param>
    /// <param name="silence">Why it does not.</param>
    /// <param name="seen">What managers say; null where they cannot be asked.</param>
    public static ClusterNodeFacts Of(ClusterNode node, NodeFacts? facts, string? silence, SwarmSight? seen)
    {
        var id = facts?.SwarmNode ?? node.EngineId;
        var member = id is null ? null : seen?.Nodes.FirstOrDefault(other => other.ID == id);
        var taken = seen?.Tasks.Where(task => id is not null && task.NodeID == id).Select(task => task.Spec?.Resources?.Reservations).ToList() ?? [];
        return new ClusterNodeFacts
        {
            Answers = facts is not null,
            Up = member is null ? null : member.Status?.State == "ready",
            Leader = member?.ManagerStatus?.Leader == true,

            // Only what managers know too has joined; an id of a Swarm that is no more means nothing.
            EngineId = seen is null ? facts is { SwarmState: "active" } ? facts.SwarmNode : null : member?.ID,
            Cpus = facts?.Cpus ?? 0,
            Memory = (facts?.Memory ?? 0) / BytesOfGigabyte,
            CpusTaken = taken.Sum(one => one?.NanoCPUs ?? 0) / Nanos,
            MemoryTaken = taken.Sum(one => one?.MemoryBytes ?? 0) / BytesOfGigabyte,
            Trouble = silence ?? (facts is { DockerAnswers: false } ? "its Docker daemon does not answer" : null) ?? Leaving(facts?.Notice),
        };
    }

    private static string? Leaving(NodeNotice? notice) => notice is { Kind: NodeNoticeKind.Interruption } ? $"its cloud takes it away ({notice.Detail})" : null;
}
