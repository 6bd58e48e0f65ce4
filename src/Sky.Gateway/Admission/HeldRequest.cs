using Sky.Gateway.LoadBalancing;

namespace Sky.Gateway.Admission;

/// <summary>One request that waits for a replica. It ends once: with a lease, refused, or because its client is gone.</summary>
internal sealed class HeldRequest(PickRequest pick, long bytes, DateTimeOffset since)
    : TaskCompletionSource<AdmissionResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public PickRequest Pick => pick;

    public long Bytes => bytes;

    public DateTimeOffset Since => since;

    public LinkedListNode<HeldRequest>? Place { get; set; }

    public void Release(ReplicaLease lease) => SetResult(AdmissionResult.Go(lease));
}
