using Sky.Gateway.LoadBalancing;

namespace Sky.Gateway.Admission;

/// <summary>What became of a request that asked for a replica: a lease on one, or the reason why there is none.</summary>
internal readonly record struct AdmissionResult(ReplicaLease? Lease, Refusal Refusal)
{
    public static AdmissionResult Go(ReplicaLease lease) => new(lease, Refusal.None);

    public static AdmissionResult Refuse(Refusal refusal) => new(null, refusal);
}
