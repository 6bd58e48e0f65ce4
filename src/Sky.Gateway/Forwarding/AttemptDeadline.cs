using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Forwarding;

/// <summary>
/// Ends one attempt when it takes too long, by whichever of its bounds is reached first. Made only where the service has such bounds: those that
/// every request has cost no timer of their own.
/// </summary>
internal sealed class AttemptDeadline : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _over;
    private readonly TimeProvider _time;
    private readonly TimeSpan? _headers;
    private readonly long? _tryEnds;
    private readonly long? _totalEnds;
    private readonly ITimer _timer;
    private long? _headersEnd;
    private bool _answered;
    private bool _disposed;

    private AttemptDeadline(TimeSpan? headers, TimeSpan? oneTry, long? totalEnds, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        (_headers, _time, _totalEnds) = (headers, time, totalEnds);
        _headersEnd = headers is { } wait ? After(now, wait) : null;
        _tryEnds = oneTry is { } bound ? After(now, bound) : null;
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _timer = time.CreateTimer(static state => ((AttemptDeadline)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Look();
    }

    public CancellationToken Token => _over.Token;

    /// <summary>How the attempt ended, when it was ended here.</summary>
    public ForwardOutcome? Expired { get; private set; }

    /// <summary>Null where the service bounds nothing.</summary>
    public static AttemptDeadline? For(ServiceSnapshot snapshot, long began, TimeProvider time, CancellationToken cancellationToken)
    {
        var bounds = snapshot.Endpoints?.Timeouts;
        var total = bounds?.TotalSeconds is { } seconds ? began + (long)(seconds * time.TimestampFrequency) : (long?)null;
        var oneTry = bounds?.TrySeconds is { } trySeconds ? TimeSpan.FromSeconds(trySeconds) : (TimeSpan?)null;
        return total is null && oneTry is null && snapshot.HeadersTimeout is null
            ? null
            : new AttemptDeadline(snapshot.HeadersTimeout, oneTry, total, time, cancellationToken);
    }

    /// <summary>A piece of the request's body went on: the time to the headers begins anew.</summary>
    public void BodyMoved()
    {
        if (_headers is { } wait)
        {
            lock (_gate)
            {
                _headersEnd = After(_time.GetTimestamp(), wait);
            }
        }
    }

    /// <summary>The headers are there.</summary>
    public void Answered()
    {
        lock (_gate)
        {
            _answered = true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
        _over.Dispose();
    }

    private long After(long now, TimeSpan wait) => now + (long)(wait.TotalSeconds * _time.TimestampFrequency);

    /// <summary>Ends the attempt if a bound is reached, else comes back when the next one is. Bounds that moved in between are found then.</summary>
    private void Look()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            var now = _time.GetTimestamp();
            var (headers, oneTry) = _answered ? (null, null) : (_headersEnd, _tryEnds);
            Expired = now >= _totalEnds ? ForwardOutcome.OutOfTime
                : now >= oneTry ? ForwardOutcome.TryTimedOut
                : now >= headers ? ForwardOutcome.TimedOutBeforeHeaders
                : null;
            if (Expired is null)
            {
                var next = Math.Min(_totalEnds ?? long.MaxValue, Math.Min(oneTry ?? long.MaxValue, headers ?? long.MaxValue));
                if (next < long.MaxValue)
                {
                    // Timers have whole milliseconds, and may be a little early.
                    var wait = _time.GetElapsedTime(now, next) + TimeSpan.FromMilliseconds(1);
                    _timer.Change(wait < MostWait ? wait : MostWait, Timeout.InfiniteTimeSpan);
                }

                return;
            }
        }

        try
        {
            _over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended by itself at the same moment.
        }
    }

    private static TimeSpan MostWait => TimeSpan.FromDays(1);
}
