using Sky.Core.Autoscaling;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Endpoints;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>What the gateways report of one service, added up.</summary>
public sealed record ServiceLoad
{
    /// <summary>False while no gateway is heard, as after a restart: what is not reported may be there all the same.</summary>
    public bool Known { get; init; } = true;

    /// <summary>Arrivals of the last 60 seconds by second, oldest first, all gateways together.</summary>
    public IReadOnlyList<RequestCount> Window { get; init; } = [];

    /// <summary>What was done of late; null while gateways have not been heard for long enough.</summary>
    public WorkLoad? Work { get; init; }

    /// <summary>Requests held now.</summary>
    public int Held { get; init; }

    /// <summary>Requests on each replica now.</summary>
    public IReadOnlyDictionary<ReplicaId, int> InFlight { get; init; } = new Dictionary<ReplicaId, int>();

    /// <summary>Names of models that the service claims and another one has.</summary>
    public IReadOnlyList<TakenModel> TakenModels { get; init; } = [];

    /// <summary>Replicas that every live gateway has stopped sending to and that have nothing in flight.</summary>
    public IReadOnlySet<ReplicaId> Drained { get; init; } = new HashSet<ReplicaId>();
}
