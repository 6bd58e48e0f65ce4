using Microsoft.Extensions.Hosting;

namespace Sky.Gateway.Forwarding;

/// <summary>
/// Ends exchanges in which nothing moved for too long. One timer for all, with a resolution of a second: a timer for every request
/// would cost more than the request's routing.
/// </summary>
internal sealed class IdleSweeper(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly LinkedList<ReplicaExchange> _watched = [];
    private volatile int _second;

    /// <summary>Seconds since the start, as of the last sweep.</summary>
    public int Second => _second;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _watched.Count;
            }
        }
    }

    public void Add(ReplicaExchange exchange)
    {
        lock (_gate)
        {
            exchange.Watched = _watched.AddLast(exchange);
        }
    }

    public void Remove(ReplicaExchange exchange)
    {
        lock (_gate)
        {
            if (exchange.Watched is { } place)
            {
                _watched.Remove(place);
                exchange.Watched = null;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var start = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            _second = (int)time.GetElapsedTime(start).TotalSeconds;
            foreach (var exchange in Watched())
            {
                exchange.CutWhenIdle(_second);
            }
        }
    }

    /// <summary>A copy: cutting one ends with its removal, which needs the lock.</summary>
    private ReplicaExchange[] Watched()
    {
        lock (_gate)
        {
            return [.. _watched];
        }
    }
}
