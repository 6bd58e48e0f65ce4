using Sky.Core.Keys;

namespace Sky.Gateway.Admission;

/// <summary>
/// Waiting requests in the order that is fair: classes share by weight, and the keys of a class share equally, both counted in work (tokens
/// read and twice the tokens made), as virtual counters that a flow comes back to at the level of the others, so that nobody saves up and
/// nobody starves. Within a key first come, first served. Bounded in number and bytes: where there is no room, the lowest class gives way to
/// a higher one, newest first, and within a class the longest flow to a shorter one. Not safe for concurrent use.
/// </summary>
internal sealed class FairQueue<T>
    where T : class, IQueued
{
    private readonly Lane<T>[] _lanes = [new(weight: 16), new(weight: 4), new(weight: 1)];

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Takes an item in, at the cost of others if need be. False: there is no room for it, and nothing was changed.</summary>
    /// <param name="item">Not in the queue.</param>
    /// <param name="most">Most items.</param>
    /// <param name="mostBytes">Most bytes of all of them.</param>
    /// <param name="shed">Those that had to give way: they are not in the queue any more.</param>
    public bool TryAdd(T item, int most, long mostBytes, out IReadOnlyList<T> shed)
    {
        var gone = new List<T>();
        shed = gone;
        while (Count + 1 - gone.Count > most || Bytes + item.Bytes - gone.Sum(one => one.Bytes) > mostBytes)
        {
            if (VictimFor(item, gone) is not { } victim)
            {
                shed = [];
                return false;
            }

            gone.Add(victim);
        }

        foreach (var one in gone)
        {
            Remove(one);
        }

        Add(item);
        return true;
    }

    /// <summary>Whose turn it is; null when nobody waits.</summary>
    public T? Peek()
    {
        Lane<T>? next = null;
        foreach (var lane in _lanes)
        {
            if (lane.Count > 0 && (next is null || lane.Served < next.Served))
            {
                next = lane;
            }
        }

        return next?.Peek();
    }

    /// <summary>Takes out the one whose turn it is, and counts its work.</summary>
    public void Take(T item)
    {
        LaneOf(item).Take(item);
        (Count, Bytes) = (Count - 1, Bytes - item.Bytes);
    }

    /// <summary>Takes one out that was not served.</summary>
    public void Remove(T item)
    {
        LaneOf(item).Remove(item);
        (Count, Bytes) = (Count - 1, Bytes - item.Bytes);
    }

    /// <summary>Served work was more or, negative, less than was counted.</summary>
    public void Correct(KeyPriority priority, string key, long work) => _lanes[(int)priority].Correct(key, work);

    /// <summary>All that wait, in no order that means anything.</summary>
    public IReadOnlyList<T> All() => [.. _lanes.SelectMany(lane => lane.All())];

    private Lane<T> LaneOf(T item) => _lanes[(int)item.Priority];

    private void Add(T item)
    {
        var lane = LaneOf(item);
        if (lane.Count == 0)
        {
            lane.Served = Math.Max(lane.Served, Level());
        }

        lane.Add(item);
        (Count, Bytes) = (Count + 1, Bytes + item.Bytes);
    }

    /// <summary>How far the classes that wait have been served; where none waits, how far any has.</summary>
    private double Level()
    {
        var waiting = _lanes.Where(lane => lane.Count > 0).ToArray();
        return waiting.Length > 0 ? waiting.Min(lane => lane.Served) : _lanes.Max(lane => lane.Served);
    }

    private T? VictimFor(T item, List<T> gone)
    {
        for (var lane = _lanes.Length - 1; lane > (int)item.Priority; lane--)
        {
            if (_lanes[lane].NewestOfLongest(gone, longerThan: 0, notOf: null) is { } lower)
            {
                return lower;
            }
        }

        var own = LaneOf(item);
        return own.NewestOfLongest(gone, longerThan: own.CountOf(item.Key) + 1, notOf: item.Key);
    }
}
