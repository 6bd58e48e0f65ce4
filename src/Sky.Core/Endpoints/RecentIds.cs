using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Sky.Core.Endpoints;

/// <summary>
/// What is known of ids that passed lately. Bounded: of two generations the older one is forgotten when the younger is full, and what is asked
/// for moves to the younger. A process that starts anew knows none. Safe for concurrent use.
/// </summary>
public abstract class RecentIds<T>(int most)
    where T : notnull
{
    private const int LongestId = 256;
    private readonly Lock _turning = new();
    private volatile ConcurrentDictionary<string, T> _young = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, T> _old = new(StringComparer.Ordinal);
    private int _count;

    public void Add(string id, T place)
    {
        if (id.Length is 0 or > LongestId || !_young.TryAdd(id, place))
        {
            return;
        }

        if (Interlocked.Increment(ref _count) >= most)
        {
            Turn();
        }
    }

    protected bool TryFind(string id, [MaybeNullWhen(false)] out T place)
    {
        if (_young.TryGetValue(id, out place))
        {
            return true;
        }

        if (!_old.TryGetValue(id, out place))
        {
            return false;
        }

        Add(id, place);
        return true;
    }

    private void Turn()
    {
        lock (_turning)
        {
            if (Volatile.Read(ref _count) >= most)
            {
                _old = _young;
                _young = new ConcurrentDictionary<string, T>(StringComparer.Ordinal);
                Volatile.Write(ref _count, 0);
            }
        }
    }
}
