namespace Sky.Controller.Api;

/// <summary>Answer of <c>GET /api/v1/status</c>.</summary>
public sealed record ControllerView
{
    public required string Version { get; init; }

    public required int Pid { get; init; }

    public required string Home { get; init; }

    public required string Url { get; init; }

    public required string GatewayUrl { get; init; }

    /// <summary>True while a gateway holds a watch stream and reports.</summary>
    public required bool GatewayConnected { get; init; }

    /// <summary>
    /// Why the gateway of this machine does not serve, in its own words; of one that is connected, what it cannot write though it serves.
    /// Null when nothing is known to be wrong.
    /// </summary>
    public string? GatewayProblem { get; init; }

    /// <summary>True: there are keys, so that requests need one.</summary>
    public bool KeysExist { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required string Owner { get; init; }

    public required int Services { get; init; }

    /// <summary>What runs for services that the store does not know, each <c>service/id</c>: it was lost, or is not the one they were made with.</summary>
    public IReadOnlyList<string> Orphans { get; init; } = [];

    /// <summary>Nodes that are paid for and that no purchase knows, each <c>cloud/node</c>, as of the last look.</summary>
    public IReadOnlyList<string> OrphanNodes { get; init; } = [];
}
