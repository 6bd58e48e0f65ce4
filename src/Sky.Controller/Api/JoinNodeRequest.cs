using Sky.Core.Nodes;

namespace Sky.Controller.Api;

/// <summary>Body of <c>POST /clusters/{name}/nodes</c>.</summary>
/// <param name="Name">The node's name, unique in its cluster.</param>
/// <param name="Address">Its IP address.</param>
/// <param name="Role">What it is to be.</param>
/// <param name="Spot">Whether its cloud may take it away.</param>
public sealed record JoinNodeRequest(string Name, string Address, NodeRole Role = NodeRole.Worker, bool Spot = false);
