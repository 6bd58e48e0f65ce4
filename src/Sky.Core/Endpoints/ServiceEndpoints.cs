using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Endpoints;

/// <summary>All a gateway needs to know of one service; a snapshot, replaced as a whole.</summary>
public sealed record ServiceEndpoints
{
    public required ServiceName Service { get; init; }

    /// <summary>The replicas that may get requests, and those that finish what they have.</summary>
    public required IReadOnlyList<ReplicaEndpoint> Replicas { get; init; }

    /// <summary>The word of the policy.</summary>
    public required string LoadBalancingPolicy { get; init; }

    /// <summary>Of the policy <c>auto</c>; null: its own.</summary>
    public AutoWeights? Weights { get; init; }

    /// <summary>What ties requests together for policies that care.</summary>
    public SessionSpec Session { get; init => field = value ?? SessionSpec.Default; } = SessionSpec.Default;

    public required double StreamTimeoutSeconds { get; init; }

    /// <summary>True: with no ready replica a request is worth holding (one is on its way, or a request brings one up from zero). False: refuse at once.</summary>
    public required bool CanWait { get; init; }

    /// <summary>When the next replica is expected, for <c>Retry-After</c>; null when not known.</summary>
    public double? ExpectedReadySeconds { get; init; }

    public required HoldSpec Hold { get; init; }

    /// <summary>Why there is no replica and none on its way, as one may tell clients; null while there is nothing to say.</summary>
    public string? NoReplicaReason { get; init; }

    // The deserializer hands in null for what an earlier build did not write.
    public OutlierSpec Outliers { get; init => field = value ?? OutlierSpec.Default; } = OutlierSpec.Default;

    /// <summary>How long a replica that comes or comes back takes to get its whole share; 0: at once.</summary>
    public double SlowStartSeconds { get; init; }

    public TimeoutSpec Timeouts { get; init => field = value ?? TimeoutSpec.Default; } = TimeoutSpec.Default;

    /// <summary>Null: no request is sent to two replicas at a time.</summary>
    public HedgeSpec? Hedge { get; init; }

    /// <summary>How a gateway finds out by itself that a replica it could not reach is back.</summary>
    public required ReadinessProbeSpec ReadinessProbe { get; init; }

    public TlsSpec? Tls { get; init; }

    public ServiceAuth Auth { get; init; }

    /// <summary>What the gateway presents to replicas; null for nothing.</summary>
    public UpstreamAuthSpec? UpstreamAuth { get; init; }

    public ServiceLimitsSpec? Limits { get; init; }

    /// <summary>What tokens cost from now on; null: nothing.</summary>
    public PriceSpec? Prices { get; init; }

    public UsageAsk Usage { get; init; }

    /// <summary>Null: the service's name, and what its replicas list.</summary>
    public ModelsSpec? Models { get; init; }

    /// <summary>Where requests go when there is no capacity.</summary>
    public IReadOnlyList<FallbackSpec> Fallback { get; init; } = [];

    /// <summary>Paths that clients reach beside the inference API. Null: not said.</summary>
    public IReadOnlyList<string>? Expose { get; init; }

    /// <summary>How requests are divided among versions. Null: they are not.</summary>
    public ServiceTraffic? Traffic { get; init; }
}
