using Sky.Gateway.Endpoints;
using Sky.Gateway.LoadBalancing.Prefixes;

namespace Sky.Gateway.LoadBalancing;

/// <summary>
/// The replica that has the most of the prompt cached, unless that is too little to matter or the replica has too much to do: the cache-aware
/// rule of the SGLang gateway as its maintainers corrected it (without a match it goes where least is to do, not to the smallest
/// tree; out of balance, the longest match among the little loaded), with load bounded as in <see cref="SessionPolicy"/>.
/// </summary>
internal sealed class PrefixPolicy(TimeProvider time, Random random) : ILoadBalancingPolicy
{
    /// <summary>A match below this share of the prompt does not decide.</summary>
    private const double LeastShare = 0.3;

    /// <summary>Out of balance is: this many requests between the most and the least loaded replica, and the ratio below.</summary>
    private const int Imbalance = 64;
    private const double ImbalanceRatio = 1.5;

    /// <summary>Requests that any replica may have whatever the mean is.</summary>
    private const int AlwaysAllowed = 4;

    private static readonly Func<ReplicaTracker, double> Load = static replica => replica.InFlight;
    private readonly Lock _gate = new();
    private readonly PrefixTree _tree = new();
    private readonly PrefixHolder[] _holders = new PrefixHolder[PrefixTree.MostHolders];
    private readonly long _start = time.GetTimestamp();

    public string Name => "prefix";

    public bool UsesPrefix => true;

    public bool UsesReplicaMetrics => true;

    public PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas)
    {
        var least = Least.Of(replicas, random, Load);
        if (request.Blocks.IsEmpty)
        {
            return new(least);
        }

        lock (_gate)
        {
            var blocks = request.Blocks.Span;
            var bound = Bound(replicas, least);
            var found = _tree.Holders(blocks, replicas.Length, _holders, out var common);
            foreach (var (replica, depth) in _holders.AsSpan(0, found))
            {
                if (depth >= LeastShare * blocks.Length && replica.InFlight <= bound && replica.Usable && replicas.Contains(replica))
                {
                    return new(replica, request.TokensIn(depth));
                }
            }

            return new(least, request.TokensIn(Math.Max(common, _tree.Depth(blocks, least))));
        }
    }

    public void Sent(PickRequest request, PolicyPick pick)
    {
        if (!request.Blocks.IsEmpty)
        {
            lock (_gate)
            {
                _tree.Insert(request.Blocks.Span, pick.Replica, request.Room(pick.Replica), (float)time.GetElapsedTime(_start).TotalSeconds);
            }
        }
    }

    /// <summary>The most requests that a replica with the prefix may have.</summary>
    private static double Bound(ReadOnlySpan<ReplicaTracker> replicas, ReplicaTracker least)
    {
        var (total, most) = (0L, 0);
        foreach (var replica in replicas)
        {
            total += replica.InFlight;
            most = Math.Max(most, replica.InFlight);
        }

        var bound = Math.Max(AlwaysAllowed, Math.Ceiling(SessionPolicy.MostOverMean * (total + 1) / replicas.Length));
        return most - least.InFlight > Imbalance && most > ImbalanceRatio * least.InFlight
            ? Math.Min(bound, least.InFlight + Imbalance)
            : bound;
    }
}
