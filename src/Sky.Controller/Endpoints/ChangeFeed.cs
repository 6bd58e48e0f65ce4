using System.Runtime.CompilerServices;
using Sky.Controller.Reconciling;

namespace Sky.Controller.Endpoints;

/// <summary>
/// The latest value of each key (such as a service), and watchers of it. A watcher that is slow misses states in between, never the newest one,
/// and never makes anyone wait: what is kept for it is the set of keys that changed.
/// </summary>
/// <param name="same">Whether two values are not worth telling apart.</param>
/// <param name="time">The clock.</param>
internal sealed class ChangeFeed<TKey, T>(Func<T, T, bool> same, TimeProvider time)
    where TKey : struct
    where T : class
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<TKey, T> _values = [];
    private readonly HashSet<Watcher> _watchers = [];
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many watch now.</summary>
    public int Watchers
    {
        get
        {
            lock (_lock)
            {
                return _watchers.Count;
            }
        }
    }

    /// <summary>From now on the feed knows every key; watchers that came before begin now.</summary>
    public void Complete() => _complete.TrySetResult();

    /// <summary>The newest value of a key; null: there is none.</summary>
    public T? Find(TKey key)
    {
        lock (_lock)
        {
            return _values.GetValueOrDefault(key);
        }
    }

    /// <summary>The value of a key; null: it is gone.</summary>
    public void Publish(TKey key, T? value)
    {
        lock (_lock)
        {
            var known = _values.GetValueOrDefault(key);
            if (known is null ? value is null : value is not null && same(known, value))
            {
                return;
            }

            if (value is null)
            {
                _values.Remove(key);
            }
            else
            {
                _values[key] = value;
            }

            foreach (var watcher in _watchers)
            {
                watcher.Mark(key);
            }
        }
    }

    /// <summary>
    /// First all present values, then what changes: a batch as soon as there is one, and an empty one after each <paramref name="life"/> of silence.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<FeedChange<TKey, T>>> WatchAsync(
        TimeSpan life, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await _complete.Task.WaitAsync(cancellationToken);
        var watcher = new Watcher(new Signal(time));
        IReadOnlyList<FeedChange<TKey, T>> batch;
        lock (_lock)
        {
            _watchers.Add(watcher);
            batch = [.. _values.Select(pair => new FeedChange<TKey, T>(pair.Key, pair.Value))];
        }

        try
        {
            while (true)
            {
                yield return batch;
                await watcher.Signal.WaitAsync(life, cancellationToken);
                lock (_lock)
                {
                    batch = [.. watcher.Take().Select(key => new FeedChange<TKey, T>(key, _values.GetValueOrDefault(key)))];
                }
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(watcher);
            }
        }
    }

    private sealed class Watcher(Signal signal)
    {
        private SortedSet<TKey> _dirty = [];

        public Signal Signal { get; } = signal;

        public void Mark(TKey key)
        {
            _dirty.Add(key);
            Signal.Set();
        }

        public SortedSet<TKey> Take()
        {
            var taken = _dirty;
            _dirty = [];
            return taken;
        }
    }
}
