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

    /// <summary>How long what is too little for all stays with the same gateways.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);

    /// <summary>All that was told and has not run out.</summary>
    public long Told(DateTimeOffset now) => _entries.Values.Where(entry => entry.Until > now).Sum(entry => entry.Told);

    /// <summary>A gateway says what it wants; the answer is what it may use from now on.</summary>
    /// <param name="gateway">The run of a gateway.</param>
    /// <param name="demand">What it wants.</param>
    /// <param name="limit">Of all together.</param>
    /// <param name="now">The time.</param>
    /// <param name="holds">
    /// What it was told before this book was opened, as long as other gateways may not have spoken yet: it gets no more, because the rest may be
    /// theirs. Null: all have spoken.
    /// </param>
    public long Renew(string gateway, SliceDemand demand, long limit, DateTimeOffset now, long? holds = null) => Renew(gateway, demand, limit, now, holds, inUse: null);

    /// <summary>
    /// The same of what is given back only piece by piece, such as requests in flight. A gateway that uses more than its new slice takes no
    /// more, and what it uses goes to others as it ends: the gateway that came first does not keep everything, and the limit holds all the
    /// time. Of a limit that is too little for one each, the gateways take turns.
    /// </summary>
    /// <param name="gateway">The run of a gateway.</param>
    /// <param name="wanted">As much as it could use now, what it uses included.</param>
    /// <param name="inUse">What it uses, under the slice that it was told last.</param>
    /// <param name="limit">Of all together.</param>
    /// <param name="now">The time.</param>
    /// <param name="holds">As for rates.</param>
    public long RenewInUse(string gateway, long wanted, long inUse, long limit, DateTimeOffset now, long? holds = null) =>
        Renew(gateway, new SliceDemand(wanted, 0), limit, now, holds, inUse);

    private long Renew(string gateway, SliceDemand demand, long limit, DateTimeOffset now, long? holds, long? inUse)
    {
        Forget(now);
        if (!_entries.TryGetValue(gateway, out var own))
        {
            _entries[gateway] = own = new Entry { Told = holds ?? 0 };
        }

        (own.Demand, own.Until) = (demand, now + lease);

        // One that is silent wants nothing more, but what it was told it may still use.
        var all = inUse is null ? [.. _entries.Values] : InTurn(now);
        var slices = SliceDivision.Divide(limit, [.. all.Select(entry => entry.Demand)], whole);
        var others = all.Where(entry => entry != own).Sum(entry => entry.Taken);
        var slice = Math.Max(0, Math.Min(Math.Min(slices[Array.IndexOf(all, own)], limit - others), holds ?? long.MaxValue));

        // It may have taken all of the slice before until it hears of this one.
        own.Taken = inUse is { } used ? Math.Max(slice, Math.Max(used, own.Told)) : slice;
        own.Told = slice;
        return slice;
    }

    /// <summary>A gateway has used up some of its slice for good, and the limit is that much less.</summary>
    public void Used(string gateway, long amount)
    {
        if (_entries.TryGetValue(gateway, out var own))
        {
            own.Taken = own.Told = Math.Max(0, own.Told - amount);
        }
    }

    private Entry[] InTurn(DateTimeOffset now)
    {
        var first = (int)(now.UtcTicks / Turn.Ticks % _entries.Count);
        return [.. _entries.Values.Skip(first), .. _entries.Values.Take(first)];
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

        /// <summary>What it may have, from when it has heard of it.</summary>
        public long Told { get; set; }

        /// <summary>What others cannot have because of it; not less than that.</summary>
        public long Taken { get; set; }

        public DateTimeOffset Until { get; set; }
    }
}
