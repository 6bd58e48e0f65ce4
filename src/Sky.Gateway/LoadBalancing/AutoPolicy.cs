using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.LoadBalancing.Accounting;
using Sky.Gateway.LoadBalancing.Prefixes;

namespace Sky.Gateway.LoadBalancing;

/// <summary>
/// The replica on which the request and those after it wait least. Its own wait is the queue, the prefill left after the cached
/// prefix, and the network. What it costs others is its prefill u, laid on a queue that will take W + u more seconds, times the rate λ of arrivals
/// there: λ·u·(W + u). A part of u that other replicas have and that is asked for often counts less: computing it
/// here too is an investment, since the next ones find it. What a replica was given within the last minutes pulls towards the others.
/// The idea of a product of load and new work is that of LMetric (Dynamo's second cost), the rest is ours; see docs/routing.md.
/// </summary>
internal sealed class AutoPolicy : ILoadBalancingPolicy
{
    /// <summary>Seconds within which an arrival's weight in λ falls to 1/e.</summary>
    private const double ArrivalLife = 30;

    /// <summary>The same for what was given to a replica.</summary>
    private const double BalanceLife = 120;

    /// <summary>How much each recent use of a block takes off the cost of having it once more.</summary>
    private const double HeatWeight = 0.5;

    /// <summary>A request of unknown size, in tokens.</summary>
    private const int UnknownTokens = 512;

    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Lock _gate = new();
    private readonly PrefixTree _tree = new();
    private readonly PrefixHolder[] _holders = new PrefixHolder[PrefixTree.MostHolders];
    private readonly MissingBlocks _missing;
    private readonly DecayingSum _arrivals = new();
    private readonly long _start;

    public AutoPolicy(TimeProvider time, Random random)
    {
        (_time, _random) = (time, random);
        _start = time.GetTimestamp();
        _missing = new MissingBlocks(_tree, HeatWeight);
    }

    public string Name => "auto";

    /// <summary>May be set at any time.</summary>
    public AutoWeights Weights { get; set; } = new();

    public bool UsesPrefix => true;

    public bool UsesReplicaMetrics => true;

    public PolicyPick Pick(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas)
    {
        lock (_gate)
        {
            var (best, score) = Best(request, replicas, Look(request, replicas));
            return new(best, score.CachedTokens);
        }
    }

    /// <summary>The scores that <see cref="Pick"/> would compare now, for a person who asks why; with other weights than its own where they are given.</summary>
    public IReadOnlyList<(ReplicaTracker Replica, AutoScore Score)> Explain(
        PickRequest request, ReadOnlySpan<ReplicaTracker> replicas, AutoWeights? weights = null)
    {
        lock (_gate)
        {
            var sight = Look(request, replicas);
            var scores = new List<(ReplicaTracker, AutoScore)>(replicas.Length);
            foreach (var replica in replicas)
            {
                scores.Add((replica, Score(request, sight, replica, DepthOf(replica, sight), weights)));
            }

            return scores;
        }
    }

    public void Sent(PickRequest request, PolicyPick pick)
    {
        lock (_gate)
        {
            var now = Seconds(_time.GetTimestamp());
            var seconds = (Tokens(request) - pick.CachedTokens) / pick.Replica.Load.PrefillRate;
            pick.Replica.Load.Assigned.Add(seconds, now, BalanceLife);
            _arrivals.Add(1, now, ArrivalLife);
            if (!request.Blocks.IsEmpty)
            {
                _tree.Insert(request.Blocks.Span, pick.Replica, request.Room(pick.Replica), (float)now);
            }
        }
    }

    private static int Tokens(PickRequest request) => request.PromptTokens > 0 ? request.PromptTokens : UnknownTokens;

    private double Seconds(long timestamp) => _time.GetElapsedTime(_start, timestamp).TotalSeconds;

    /// <summary>What is the same for every replica of this pick.</summary>
    private Sight Look(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas)
    {
        var timestamp = _time.GetTimestamp();
        var now = Seconds(timestamp);
        var looked = Math.Min(replicas.Length, Least.MostLookedAt);
        var first = _random.Next(replicas.Length);
        var (given, cheapest) = (0.0, double.MaxValue);
        for (var i = 0; i < looked; i++)
        {
            var replica = replicas[(first + i) % replicas.Length];
            given += replica.Load.Assigned.Value(now, BalanceLife);
            cheapest = Math.Min(cheapest, replica.HourlyPrice);
        }

        var common = 0;
        var found = request.Blocks.IsEmpty ? 0 : _tree.Holders(request.Blocks.Span, replicas.Length, _holders, out common);
        var deepest = found > 0 ? _holders[0].Blocks : common;
        _missing.Weigh(request.Blocks.Span, common, deepest, (float)now);
        return new Sight
        {
            Timestamp = timestamp,
            Now = now,
            First = first,
            Looked = looked,
            MeanGiven = given / looked,
            Utilisation = Math.Min(1, given / looked / (BalanceLife * (1 - Math.Exp(-Math.Max(1, now) / BalanceLife)))),
            Cheapest = cheapest,
            Arrivals = _arrivals.Value(now, ArrivalLife) / (ArrivalLife * (1 - Math.Exp(-Math.Max(1, now) / ArrivalLife))) / replicas.Length,
            Found = found,
            Common = common,
            Deepest = deepest,
        };
    }

    private (ReplicaTracker Replica, AutoScore Score) Best(PickRequest request, ReadOnlySpan<ReplicaTracker> replicas, in Sight sight)
    {
        var best = replicas[sight.First];
        var lowest = Score(request, sight, best, DepthOf(best, sight));
        for (var i = 1; i < sight.Looked; i++)
        {
            var replica = replicas[(sight.First + i) % replicas.Length];
            if (Score(request, sight, replica, DepthOf(replica, sight)) is var score && score.Total < lowest.Total)
            {
                (best, lowest) = (replica, score);
            }
        }

        if (sight.Looked == replicas.Length)
        {
            return (best, lowest);
        }

        // Those that have the prefix are looked at wherever they stand in a large set.
        foreach (var (replica, depth) in _holders.AsSpan(0, sight.Found))
        {
            if (replica.Usable && Score(request, sight, replica, depth) is var score && score.Total < lowest.Total && replicas.Contains(replica))
            {
                (best, lowest) = (replica, score);
            }
        }

        return (best, lowest);
    }

    private int DepthOf(ReplicaTracker replica, in Sight sight)
    {
        foreach (var (holder, depth) in _holders.AsSpan(0, sight.Found))
        {
            if (ReferenceEquals(holder, replica))
            {
                return depth;
            }
        }

        return _tree.Knows(replica) ? sight.Common : 0;
    }

    private AutoScore Score(PickRequest request, in Sight sight, ReplicaTracker replica, int depth, AutoWeights? others = null)
    {
        var (load, weights) = (replica.Load, others ?? Weights);
        var (rate, cached) = (load.PrefillRate, request.TokensIn(depth));
        var wait = load.WaitSeconds(sight.Timestamp);
        var prefill = Math.Max(1, Tokens(request) - cached) / rate;
        var fresh = (Tokens(request) - request.TokensIn(sight.Deepest)) / rate;
        var lasting = fresh + (_missing.From(depth) * request.BlockTokens / rate);
        return new AutoScore(
            weights.Queue * wait,
            weights.Prefill * prefill,
            weights.Network * replica.Way.Seconds,
            weights.Delay * sight.Arrivals * lasting * (wait + prefill),
            weights.Balance * sight.Utilisation * (load.Assigned.Value(sight.Now, BalanceLife) - sight.MeanGiven),
            weights.Price * (replica.HourlyPrice - sight.Cheapest),
            cached);
    }

    private readonly struct Sight
    {
        public required long Timestamp { get; init; }

        public required double Now { get; init; }

        public required int First { get; init; }

        public required int Looked { get; init; }

        public required double MeanGiven { get; init; }

        /// <summary>Share of the time that a replica computes prompts, by what all were given lately.</summary>
        public required double Utilisation { get; init; }

        public required double Cheapest { get; init; }

        /// <summary>Requests a second for one replica.</summary>
        public required double Arrivals { get; init; }

        public required int Found { get; init; }

        public required int Common { get; init; }

        public required int Deepest { get; init; }
    }
}
