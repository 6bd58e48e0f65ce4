using Sky.Core.Services;

namespace Sky.Core.Endpoints;

/// <summary>One replica at one gateway.</summary>
public sealed record ReplicaReport
{
    public required ReplicaId Id { get; init; }

    /// <summary>Requests on it now, streams and WebSockets included.</summary>
    public int InFlight { get; init; }

    /// <summary>True once this gateway gives it nothing new. Drained is: draining here, and nothing in flight.</summary>
    public bool Draining { get; init; }

    /// <summary>True when a connection failed and no probe has passed since: the controller should look now.</summary>
    public bool Unreachable { get; init; }

    /// <summary>True while this gateway leaves it out because of what it answered.</summary>
    public bool Ejected { get; init; }
}
