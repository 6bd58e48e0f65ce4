using Sky.Gateway.Endpoints;
using Sky.Gateway.LoadBalancing.Prefixes;

namespace Sky.Gateway.LoadBalancing.Reference;

/// <summary>
/// The cache-aware rule of the SGLang gateway with its own constants (match 0.3, imbalance 64 requests and 1.5 times), to compare ours with.
/// Not a policy of the service file.
/// </summary>
internal sealed class CacheAwareRule(TimeProvider time, Random random) : ILoadBalancingPolicy
{
    private const double LeastShare = 0.3;
    private const int Imbalance = 64;
    private const double ImbalanceRatio = 1.5;
    private static readonly Func<ReplicaTracker, double> Load = static replica => replica.InFlight;
    private readonly PrefixTree _tree = new();
    private readonly PrefixHolder[] _holders = new PrefixHolder[PrefixTree.MostHolders];
    private readonly long _start = time.GetTimestamp();

    public string Name => "sglang";

    public bool UsesPrefix => true;

    public PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas)
    {
        var least = Least.Of(replicas, random, Load);
        var most = 0;
        foreach (var replica in replicas)
        {
            most = Math.Max(most, replica.InFlight);
        }

        var imbalanced = most - least.InFlight > Imbalance && most > ImbalanceRatio * least.InFlight;
        var share = imbalanced ? 0 : LeastShare * request.Blocks.Length;
        var bound = imbalanced ? least.InFlight + Imbalance : int.MaxValue;
        var found = _tree.Holders(request.Blocks.Span, replicas.Length, _holders, out _);
        (ReplicaTracker Replica, int Depth)? best = null;
        foreach (var (replica, depth) in _holders.AsSpan(0, found))
        {
            if (depth > share && replica.InFlight <= bound && (best is null || (depth == best.Value.Depth && replica.InFlight < best.Value.Replica.InFlight)))
            {
                best = (replica, depth);
            }
        }

        return best is { } match ? new(match.Replica, request.TokensIn(match.Depth)) : new(least, request.TokensIn(_tree.Depth(request.Blocks.Span, least)));
    }

    public void Sent(PickRequest request, PolicyPick pick) =>
        _tree.Insert(request.Blocks.Span, pick.Replica, request.Room(pick.Replica), (float)time.GetElapsedTime(_start).TotalSeconds);
}
