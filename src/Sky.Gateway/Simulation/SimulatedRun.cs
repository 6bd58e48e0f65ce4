using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Gateway.Endpoints;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.LoadBalancing.Accounting;

namespace Sky.Gateway.Simulation;

/// <summary>One policy, one trace, from the first arrival to the last answer.</summary>
internal sealed class SimulatedRun
{
    private readonly VirtualTime _time = new();
    private readonly RequestTrace _trace;
    private readonly ILoadBalancingPolicy _policy;
    private readonly ReplicaTracker[] _trackers;
    private readonly SimulatedReplica[] _replicas;
    private readonly PriorityQueue<Happening, (double Seconds, long Order)> _agenda = new();
    private readonly List<double> _times = [];
    private long _order;

    public SimulatedRun(RequestTrace trace, int replicas, ReplicaModel model, Func<TimeProvider, Random, ILoadBalancingPolicy> policy, int seed)
    {
        _trace = trace;
        _policy = policy(_time, new Random(seed));
        _replicas = [.. Enumerable.Range(0, replicas).Select(_ => new SimulatedReplica(model))];
        var typical = new TypicalRate();
        _trackers = [.. Enumerable.Range(1, replicas).Select(id => new ReplicaTracker(
            new ReplicaEndpoint { Id = new ReplicaId(id), Version = 1, Address = new Uri($"http://replica-{id}") }, static () => { }, typical, _time)
        {
            CacheTokens = (long)model.KvBlocks * RequestTrace.BlockTokens,
        })];
    }

    public IReadOnlyList<SimulatedReplica> Replicas => _replicas;

    /// <summary>Seconds, in order of first tokens.</summary>
    public IReadOnlyList<double> TimesToFirstToken => _times;

    public void ToEnd()
    {
        foreach (var request in _trace.Requests)
        {
            Plan(request.Seconds, new Happening.Arrival(request));
        }

        while (_agenda.TryDequeue(out var happening, out var at))
        {
            _time.Seconds = at.Seconds;
            var replica = Happen(happening, at.Seconds);
            if (_replicas[replica].Begin() is { } begun)
            {
                Plan(at.Seconds + begun.Seconds, new Happening.FirstToken(replica, begun.Work));
            }
        }
    }

    /// <summary>Returns the replica that it happens to.</summary>
    private int Happen(Happening happening, double now)
    {
        switch (happening)
        {
            case Happening.Arrival arrival:
                return Send(arrival.Request);
            case Happening.FirstToken first:
                _times.Add(now - first.Work.Request.Seconds);
                Plan(now + _replicas[first.Replica].FirstToken(first.Work), new Happening.End(first.Replica, first.Work));
                return first.Replica;
            case Happening.End end:
                _replicas[end.Replica].End(end.Work);
                return end.Replica;
            default:
                throw new InvalidOperationException(happening.GetType().Name);
        }
    }

    private int Send(TracedRequest request)
    {
        var pick = new PickRequest
        {
            PromptTokens = request.PromptTokens,
            OutputTokens = request.OutputTokens,
            Blocks = request.Blocks,
            BlockTokens = RequestTrace.BlockTokens,

            // A trace names no sessions: requests that begin alike are taken for one.
            Session = request.Blocks.Length > 0 ? request.Blocks[0] : null,
        };
        var picked = _policy.Pick(pick, _trackers);
        var lease = picked.Replica.TryAcquire(pick, picked.CachedTokens) ?? throw new InvalidOperationException("a replica of the simulation never drains");
        _policy.Sent(pick, picked);
        var index = picked.Replica.Id.Value - 1;
        _replicas[index].Arrive(request, lease);
        return index;
    }

    private void Plan(double seconds, Happening happening) => _agenda.Enqueue(happening, (seconds, _order++));

    private abstract record Happening
    {
        internal sealed record Arrival(TracedRequest Request) : Happening;

        internal sealed record FirstToken(int Replica, SimulatedReplica.Work Work) : Happening;

        internal sealed record End(int Replica, SimulatedReplica.Work Work) : Happening;
    }
}
