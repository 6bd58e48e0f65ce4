using Sky.Gateway.Endpoints;
using Sky.Gateway.LoadBalancing.Prefixes;

namespace Sky.Gateway.LoadBalancing.Reference;

/// <summary>
/// The scorers of llm-d (Gateway API Inference Extension) at 3:2:2: share of the prompt cached, queue between the shortest and the longest one,
/// memory free. The highest sum wins, among equals any. To compare ours with; not a policy of the service file.
/// </summary>
internal sealed class WeightedScorers(TimeProvider time, Random random) : ILoadBalancingPolicy
{
    private const double PrefixWeight = 3;
    private const double QueueWeight = 2;
    private const double MemoryWeight = 2;
    private const double Same = 1e-9;
    private readonly PrefixTree _tree = new();
    private readonly long _start = time.GetTimestamp();

    public string Name => "llm_d";

    public bool UsesPrefix => true;

    public PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas)
    {
        var (shortest, longest) = (int.MaxValue, 0);
        foreach (var replica in replicas)
        {
            shortest = Math.Min(shortest, replica.Load.Prefilling);
            longest = Math.Max(longest, replica.Load.Prefilling);
        }

        var (best, highest, depthOfBest, equals) = (replicas[0], double.MinValue, 0, 0);
        foreach (var replica in replicas)
        {
            var depth = _tree.Depth(request.Blocks.Span, replica);
            var score = (PrefixWeight * depth / Math.Max(1, request.Blocks.Length))
                + (QueueWeight * (longest == shortest ? 1 : (double)(longest - replica.Load.Prefilling) / (longest - shortest)))
                + (MemoryWeight * (1 - MemoryUse(replica)));
            equals = score > highest + Same ? 1 : score >= highest - Same ? equals + 1 : 0;
            if (equals == 1 || (equals > 1 && random.Next(equals) == 0))
            {
                (best, highest, depthOfBest) = (replica, Math.Max(score, highest), depth);
            }
        }

        return new(best, request.TokensIn(depthOfBest));
    }

    public void Sent(PickRequest request, PolicyPick pick) =>
        _tree.Insert(request.Blocks.Span, pick.Replica, request.Room(pick.Replica), (float)time.GetElapsedTime(_start).TotalSeconds);

    private static double MemoryUse(ReplicaTracker replica) =>
        replica.CacheTokens is { } room and > 0 ? Math.Min(1, (double)replica.Load.Resident / room) : 0;
}
