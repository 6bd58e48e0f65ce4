namespace Sky.Gateway.LoadBalancing.Decisions;

/// <summary>The last decisions of this gateway: those that an operator asked to see, and a few each second of all others. Safe for concurrent use.</summary>
internal sealed class DecisionLog(TimeProvider time)
{
    /// <summary>The oldest make room for the newest.</summary>
    public const int Kept = 1000;

    /// <summary>Writing one down costs more than picking: of all requests at most ten a second are.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Queue<Decision> _decisions = new();
    private long _nextAt = long.MinValue;

    public DateTimeOffset Now => time.GetUtcNow();

    public long Timestamp => time.GetTimestamp();

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Decision> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _decisions.Reverse()];
            }
        }
    }

    /// <summary>True: this request's decision is to be written down. Of many at once one gets it.</summary>
    public bool TrySample()
    {
        var (now, next) = (time.GetTimestamp(), Volatile.Read(ref _nextAt));
        return now >= next
            && Interlocked.CompareExchange(ref _nextAt, now + (long)(Between.TotalSeconds * time.TimestampFrequency), next) == next;
    }

    public void Add(Decision decision)
    {
        lock (_gate)
        {
            if (_decisions.Count == Kept)
            {
                _decisions.Dequeue();
            }

            _decisions.Enqueue(decision);
        }
    }
}
