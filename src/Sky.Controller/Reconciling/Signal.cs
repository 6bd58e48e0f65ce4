namespace Sky.Controller.Reconciling;

/// <summary>Wakes one waiter; signals given while nobody waits count as one.</summary>
internal sealed class Signal(TimeProvider time)
{
    private readonly SemaphoreSlim _set = new(0, 1);
    private readonly Lock _lock = new();

    public void Set()
    {
        lock (_lock)
        {
            if (_set.CurrentCount == 0)
            {
                _set.Release();
            }
        }
    }

    /// <summary>Returns when signalled or when <paramref name="atMost"/> has passed; null waits for ever.</summary>
    public async Task WaitAsync(TimeSpan? atMost, CancellationToken cancellationToken)
    {
        if (atMost is not { } timeout)
        {
            await _set.WaitAsync(cancellationToken);
            return;
        }

        if (timeout <= TimeSpan.Zero)
        {
            return;
        }

        using var timer = time.CreateTimer(static state => ((Signal)state!).Set(), this, timeout, Timeout.InfiniteTimeSpan);
        await _set.WaitAsync(cancellationToken);
    }
}
