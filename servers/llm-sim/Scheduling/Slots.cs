namespace LlmSim.Scheduling;

/// <summary>The requests that run at once; the others wait in the order they came.</summary>
internal sealed class Slots(int count, int maxWaiting)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private int _running;

    public int Running => Volatile.Read(ref _running);

    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>A slot, given back by disposing it; null when the queue is full.</summary>
    public async Task<IDisposable?> TakeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<TaskCompletionSource> mine;
        lock (_lock)
        {
            if (_running < count)
            {
                _running++;
                return new Slot(this);
            }

            if (_waiting.Count >= maxWaiting)
            {
                return null;
            }

            mine = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await using (cancellationToken.UnsafeRegister(_ => GiveUp(mine, cancellationToken), null))
        {
            await mine.Value.Task;
            return new Slot(this);
        }
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource> waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (waiter.List is null)
            {
                return;
            }

            _waiting.Remove(waiter);
        }

        waiter.Value.SetCanceled(cancellationToken);
    }

    private void Give()
    {
        TaskCompletionSource next;
        lock (_lock)
        {
            if (_waiting.First is not { } first)
            {
                _running--;
                return;
            }

            _waiting.RemoveFirst();
            next = first.Value;
        }

        next.SetResult();
    }

    private sealed class Slot(Slots owner) : IDisposable
    {
        private Slots? _owner = owner;

        public void Dispose() => Interlocked.Exchange(ref _owner, null)?.Give();
    }
}
