using Sky.Core.Services;

namespace Sky.Core.Endpoints;

/// <summary>One replica as the gateway sees it.</summary>
public sealed record ReplicaEndpoint
{
    public required ReplicaId Id { get; init; }

    public required int Version { get; init; }

    /// <summary>Such as <c>http://127.0.0.1:20001</c>, without a path.</summary>
    public required Uri Address { get; init; }

    /// <summary>True: it gets no new requests and finishes those it has.</summary>
    public bool Draining { get; init; }

    /// <summary>True: its node is to be emptied or taken away, and it gets no new requests as long as there is another.</summary>
    public bool Leaving { get; init; }

    /// <summary>Requests a second it is made for, the weight of <c>instance_aware_least_load</c>; 1 when not told.</summary>
    public double TargetQps { get; init; } = 1;

    /// <summary>What it costs an hour; 0 where nothing is paid.</summary>
    public double HourlyPrice { get; init; }
}
