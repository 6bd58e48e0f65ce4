using Sky.Core.Keys;
using Sky.Gateway.Admission.Limits;
using Sky.Gateway.Ingress;
using Sky.Gateway.LoadBalancing;

namespace Sky.Gateway.Admission;

/// <summary>One request that waits for a replica. It ends once: with a lease, refused, or because its client is gone.</summary>
internal sealed class HeldRequest(GatewayRequest request, long bytes, DateTimeOffset since)
    : TaskCompletionSource<AdmissionResult>(TaskCreationOptions.RunContinuationsAsynchronously), IQueued
{
    public GatewayRequest Request => request;

    public string Key { get; } = request.Caller.KeyId?.Value ?? "";

    public KeyPriority Priority => request.Caller.Priority;

    public long Work { get; } = Math.Max(1, TokenReserve.Of(request).Work);

    public long Bytes => bytes;

    public DateTimeOffset Since => since;

    public bool Waits { get; set; }

    public void Release(ReplicaLease lease) => SetResult(AdmissionResult.Go(lease));
}
