namespace Sky.Core.Keys;

/// <summary>
/// Which gateway may use how much of one limit, over time. It tells slices only such that all that were told and may still be used are never
/// more than the limit together: a larger slice is told only once a smaller one has been told to those it is taken from, and the slice of a
/// gateway that has gone silent is held back until it has run out. Not safe for concurrent use; the time is given.
/// </summary>
/// <param name="lease">How long a slice that is not renewed stays that of its gateway.</param>
/// <param name="whole">Whether also what nobody wants is given out.</param>
public sealed class SliceBook(TimeSpan lease, bool whole = true)
{
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>All that was told and has not run out.</summary>
    public long Told(DateTimeOffset now) => _entries.Values.Where(entry => entry.Until > now).Sum(entry => entry.Told);

    /// <summary>A gateway says what it wants; the answer is what it may use from now on.</summary>
    public long Renew(string gateway, SliceDemand demand, long limit, DateTimeOffset now)
    {
        Forget(now);
        if (!_entries.TryGetValue(gateway, out var own))
        {
            _entries[gateway] = own = new Entry();
        }

        (own.Demand, own.Until) = (demand, now + lease);

        // One that is silent wants nothing more, but what it was told it may still use.
        var all = _entries.Values.ToArray();
        var slices = SliceDivision.Divide(limit, [.. all.Select(entry => entry.Demand)], whole);
        var others = all.Where(entry => entry != own).Sum(entry => entry.Told);
        own.Told = Math.Max(0, Math.Min(slices[Array.IndexOf(all, own)], limit - others));
        return own.Told;
    }

    /// <summary>A gateway has used up some of its slice for good, and the limit is that much less.</summary>
    public void Used(string gateway, long amount)
    {
        if (_entries.TryGetValue(gateway, out var own))
        {
            own.Told = Math.Max(0, own.Told - amount);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var gone in _entries.Where(pair => pair.Value.Until <= now).Select(pair => pair.Key).ToArray())
        {
            _entries.Remove(gone);
        }
    }

    private sealed class Entry
    {
        public SliceDemand Demand { get; set; }

        public long Told { get; set; }

        public DateTimeOffset Until { get; set; }
    }
}
