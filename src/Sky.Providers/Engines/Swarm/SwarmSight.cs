using Docker.DotNet.Models;

namespace Sky.Providers.Engines.Swarm;

/// <summary>What managers say of a cluster: its nodes, and the tasks that are to run.</summary>
internal sealed record SwarmSight(IReadOnlyList<NodeListResponse> Nodes, IReadOnlyList<TaskResponse> Tasks);
