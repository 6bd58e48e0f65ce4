namespace Sky.Core.Specs;

/// <summary>How replicas are probed, scaled, balanced, updated and drained.</summary>
public sealed record ServingSpec
{
    public required ReadinessProbeSpec ReadinessProbe { get; init; }

    public required ReplicaPolicySpec ReplicaPolicy { get; init; }

    /// <summary>The word of the policy, lower case; <c>auto</c> where models are named and none is chosen.</summary>
    public string LoadBalancingPolicy { get; init; } = "least_load";

    /// <summary>Of the policy <c>auto</c>; null: its own.</summary>
    public AutoWeights? Weights { get; init; }

    /// <summary>What ties requests together for policies that care.</summary>
    public SessionSpec Session { get; init => field = value ?? SessionSpec.Default; } = SessionSpec.Default;

    /// <summary>The longest silence after the response headers, 120 by default.</summary>
    public double StreamTimeoutSeconds { get; init; } = 120;

    /// <summary>How long a replica that is going away may finish what it has, 3600 by default.</summary>
    public double DrainSeconds { get; init; } = 3600;

    public HoldSpec Hold { get; init; } = new();

    // The deserializer hands in null for what an earlier build did not write.
    public OutlierSpec Outliers { get; init => field = value ?? OutlierSpec.Default; } = OutlierSpec.Default;

    /// <summary>How long a replica that comes or comes back takes to get its whole share, 30 by default; 0: at once. Never null.</summary>
    public double? SlowStartSeconds { get; init => field = value ?? 30; } = 30;

    public TimeoutSpec Timeouts { get; init => field = value ?? TimeoutSpec.Default; } = TimeoutSpec.Default;

    /// <summary>Null: no request is sent to two replicas at a time.</summary>
    public HedgeSpec? Hedge { get; init; }

    public UpdatePolicySpec UpdatePolicy { get; init; } = new();

    /// <summary>Null: the service's name, and what its replicas list.</summary>
    public ModelsSpec? Models { get; init; }

    public IReadOnlyList<FallbackSpec> Fallback { get; init; } = [];

    /// <summary>Paths that clients reach beside the inference API; one that ends with <c>/*</c> stands for all below it. Null: not said.</summary>
    public IReadOnlyList<string>? Expose { get; init; }

    public TlsSpec? Tls { get; init; }

    public ServiceAuth Auth { get; init; }

    /// <summary>Null: replicas have no key of their own.</summary>
    public UpstreamAuthSpec? UpstreamAuth { get; init; }

    public ServiceLimitsSpec Limits { get; init; } = ServiceLimitsSpec.None;

    /// <summary>What its nodes may cost; null: as much as they do.</summary>
    public BudgetSpec? Budget { get; init; }

    /// <summary>What tokens cost; null: nothing is counted in money.</summary>
    public PriceSpec? Prices { get; init; }

    public UsageAsk Usage { get; init; }
}
