using System.Collections.Concurrent;

namespace Sky.Gateway.Routing.Models;

/// <summary>
/// Which replica holds which stored response, learned from the answers that pass. Bounded: of two generations the older one is forgotten
/// when the younger is full, and what is asked for moves to the younger. A gateway that starts anew knows none.
/// </summary>
internal sealed class ResponseMap(int most = ResponseMap.MostOfAGeneration)
{
    private const int MostOfAGeneration = 50_000;
    private const int LongestId = 256;
    private readonly Lock _turning = new();
    private volatile ConcurrentDictionary<string, ResponsePlace> _young = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, ResponsePlace> _old = new(StringComparer.Ordinal);
    private int _count;

    public void Add(string id, ResponsePlace place)
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

    public ResponsePlace? Find(string id)
    {
        if (_young.TryGetValue(id, out var place))
        {
            return place;
        }

        if (!_old.TryGetValue(id, out place))
        {
            return null;
        }

        Add(id, place);
        return place;
    }

    private void Turn()
    {
        lock (_turning)
        {
            if (Volatile.Read(ref _count) >= most)
            {
                _old = _young;
                _young = new ConcurrentDictionary<string, ResponsePlace>(StringComparer.Ordinal);
                Volatile.Write(ref _count, 0);
            }
        }
    }
}
