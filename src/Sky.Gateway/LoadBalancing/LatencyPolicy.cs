using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>
/// The replica with the shortest time to first token of late, network included, times the requests it would then have (peak-EWMA, as Finagle
/// and Linkerd balance by). One that was never measured is tried as if it were very fast, so that it is measured.
/// </summary>
internal sealed class LatencyPolicy(Random random) : ILoadBalancingPolicy
{
    /// <summary>Seconds that stand for a replica without a measurement.</summary>
    private const double Unmeasured = 0.001;

    private static readonly Func<ReplicaTracker, double> Cost = static replica =>
        Math.Max(Unmeasured, replica.Load.TimeToFirstToken.Value) * (replica.InFlight + 1);

    public string Name => "latency";

    public PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas) => new(Least.Of(replicas, random, Cost));
}
