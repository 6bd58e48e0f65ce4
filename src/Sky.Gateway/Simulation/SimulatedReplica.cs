using Sky.Gateway.LoadBalancing;

namespace Sky.Gateway.Simulation;

/// <summary>A replica in virtual time: prompts one after the other, answers side by side.</summary>
internal sealed class SimulatedReplica(ReplicaModel model)
{
    private readonly BlockCache _cache = new(model.KvBlocks);
    private readonly Queue<Work> _waiting = [];
    private bool _computing;
    private int _streams;

    /// <summary>Seconds of prompts that had to be computed.</summary>
    public double PrefillSeconds { get; private set; }

    /// <summary>Blocks that were in its cache when they were asked for.</summary>
    public long Hits { get; private set; }

    public void Arrive(TracedRequest request, ReplicaLease lease) => _waiting.Enqueue(new Work(request, lease));

    /// <summary>The next prompt to compute, and the seconds it takes, when one can begin now.</summary>
    public (Work Work, double Seconds)? Begin()
    {
        if (_computing || _streams >= model.Streams || !_waiting.TryDequeue(out var work))
        {
            return null;
        }

        _computing = true;
        _streams++;
        var cached = _cache.Match(work.Request.Blocks);
        _cache.Use(work.Request.Blocks);
        var tokens = Math.Max(1, work.Request.PromptTokens - (cached * RequestTrace.BlockTokens));
        var seconds = tokens / model.PrefillRate;
        Hits += cached;
        PrefillSeconds += seconds;
        return (work, seconds);
    }

    /// <summary>The prompt is computed; the answer takes that many seconds from now on.</summary>
    public double FirstToken(Work work)
    {
        _computing = false;
        work.Lease.FirstToken();
        return work.Request.OutputTokens / model.DecodeRate;
    }

    public void End(Work work)
    {
        _streams--;
        work.Lease.Dispose();
    }

    /// <summary>A request at a replica.</summary>
    internal sealed record Work(TracedRequest Request, ReplicaLease Lease);
}
