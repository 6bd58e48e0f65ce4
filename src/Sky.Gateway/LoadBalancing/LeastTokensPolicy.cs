using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>
/// The replica that would be done first with what it has: outstanding tokens of prompts and answers over its measured rate, and a penalty that
/// grows as its memory fills. Where the replica's own metrics are fresh, what others have sent it counts as well. After the least-load score of the SGLang gateway: tokens / rate + 0.15 s · k / (1 − k), k the share of memory in use.
/// </summary>
internal sealed class LeastTokensPolicy(Random random, TimeProvider time) : ILoadBalancingPolicy
{
    private const double MemoryPenaltySeconds = 0.15;

    /// <summary>A request of unknown size, in tokens (the same source).</summary>
    private const int UnknownTokens = 1024;

    /// <summary>Full memory is a long wait, not an endless one.</summary>
    private const double MostMemory = 0.99;

    private readonly Func<ReplicaTracker, double> _cost = replica => Seconds(replica, time.GetTimestamp());

    public string Name => "least_tokens";

    public bool UsesReplicaMetrics => true;

    public PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas) => new(Least.Of(replicas, random, _cost));

    private static double Seconds(ReplicaTracker replica, long now)
    {
        var (load, others) = (replica.Load, replica.Load.Others(now));
        var tokens = load.Outstanding is > 0 and var known ? known : (double)replica.InFlight * UnknownTokens;
        tokens += others is null ? 0 : ((double)others.Running + others.Waiting) * UnknownTokens;
        var memory = replica.CacheTokens is { } room and > 0 ? (double)load.Resident / room : 0;
        memory = Math.Min(MostMemory, Math.Max(memory, others?.MemoryInUse ?? 0));
        return (tokens / load.PrefillRate) + (MemoryPenaltySeconds * memory / (1 - memory));
    }
}
