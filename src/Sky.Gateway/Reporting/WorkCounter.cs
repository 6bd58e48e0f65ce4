using Sky.Core.Autoscaling.Metrics;

namespace Sky.Gateway.Reporting;

/// <summary>What this run of the gateway did for one service, for the autoscaler. Only ever added to, without a lock.</summary>
internal sealed class WorkCounter
{
    private long _begun;
    private long _wait;
    private long _firstTokens;
    private long _firstToken;
    private long _tokens;

    /// <summary>A request got a replica, or was refused after it had waited.</summary>
    public void Began() => Interlocked.Increment(ref _begun);

    /// <summary>It does not wait any more.</summary>
    public void Waited(TimeSpan time) => Interlocked.Add(ref _wait, (long)time.TotalMicroseconds);

    /// <summary>A streamed answer begins.</summary>
    /// <param name="time">Since its request.</param>
    public void FirstToken(TimeSpan time)
    {
        Interlocked.Add(ref _firstToken, (long)time.TotalMicroseconds);
        Interlocked.Increment(ref _firstTokens);
    }

    /// <param name="count">Tokens of a prompt or an answer; below 0: so many were counted too much.</param>
    public void Tokens(long count) => Interlocked.Add(ref _tokens, count);

    public WorkTotals Read() => new()
    {
        Begun = Interlocked.Read(ref _begun),
        WaitMicroseconds = Interlocked.Read(ref _wait),
        FirstTokens = Interlocked.Read(ref _firstTokens),
        FirstTokenMicroseconds = Interlocked.Read(ref _firstToken),
        Tokens = Interlocked.Read(ref _tokens),
    };
}
