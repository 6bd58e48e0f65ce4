using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>
/// Chooses one replica for one request. An instance belongs to one service, is called from many threads at once, and never blocks.
/// It only chooses: <see cref="ReplicaLease"/> counts, so that no policy can leak a count.
/// </summary>
internal interface ILoadBalancingPolicy
{
    /// <summary>The word of the service file.</summary>
    string Name { get; }

    /// <summary>One of <paramref name="replicas"/>, all of which may get requests and of which there is at least one.</summary>
    PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas);

    /// <summary>The request goes to the replica of <paramref name="pick"/>: what the policy remembers of past requests, it learns here.</summary>
    void Sent(PickRequest request, PolicyPick pick)
    {
    }

    /// <summary>True: it looks at <see cref="PickRequest.Blocks"/>, so that hashing prompts is worth its cost.</summary>
    bool UsesPrefix => false;

    /// <summary>True: it looks at what replicas tell of themselves, so that reading their metrics is worth its cost.</summary>
    bool UsesReplicaMetrics => false;

    /// <summary>True: it looks at <see cref="PickRequest.Session"/>.</summary>
    bool UsesSession => false;
}
