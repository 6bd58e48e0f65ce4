namespace Sky.Core.Metering;

/// <summary>A set of sequence numbers as ranges, since nearly all of a run are there in the end.</summary>
public sealed class SequenceRanges
{
    private readonly SortedList<long, long> _lastByFirst = [];

    public SequenceRanges(IEnumerable<(long First, long Last)> ranges)
    {
        foreach (var (first, last) in ranges)
        {
            _lastByFirst.Add(first, last);
        }
    }

    /// <summary>In order; neither overlapping nor touching.</summary>
    public IEnumerable<(long First, long Last)> All => _lastByFirst.Select(range => (range.Key, range.Value));

    /// <summary>False: it is in the set already.</summary>
    public bool Add(long number)
    {
        var before = IndexBefore(number);
        if (before >= 0 && _lastByFirst.Values[before] >= number)
        {
            return false;
        }

        var last = number;
        if (before + 1 < _lastByFirst.Count && _lastByFirst.Keys[before + 1] == number + 1)
        {
            last = _lastByFirst.Values[before + 1];
            _lastByFirst.RemoveAt(before + 1);
        }

        if (before >= 0 && _lastByFirst.Values[before] == number - 1)
        {
            _lastByFirst.SetValueAtIndex(before, last);
        }
        else
        {
            _lastByFirst.Add(number, last);
        }

        return true;
    }

    /// <summary>The place of the last range that begins at or before <paramref name="number"/>; -1 for none.</summary>
    private int IndexBefore(long number)
    {
        var (low, high) = (0, _lastByFirst.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_lastByFirst.Keys[middle] <= number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }
}
