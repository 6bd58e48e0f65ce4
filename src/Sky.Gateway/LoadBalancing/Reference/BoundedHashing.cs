using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing.Reference;

/// <summary>
/// Consistent hashing of the prompt's first block with bounded loads, as KubeAI routes by prefix (at most 1.25 times the mean). To compare ours
/// with; not a policy of the service file.
/// </summary>
internal sealed class BoundedHashing(Random random) : ILoadBalancingPolicy
{
    private readonly SessionPolicy _hashing = new(random);

    public string Name => "bounded_hash";

    public bool UsesPrefix => true;

    public PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas) => _hashing.Pick(
        request.Blocks.IsEmpty ? request : new PickRequest { PromptTokens = request.PromptTokens, OutputTokens = request.OutputTokens, Session = request.Blocks.Span[0] },
        replicas);
}
