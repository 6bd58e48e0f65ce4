namespace Sky.Core.Keys;

/// <summary>
/// Which gateway may spend how much of one budget. Money is given out in slices of what is left, never all of it where several may want some,
/// so that a gateway that dies takes little with it, and what is given out and what is spent are never more than the budget together. Not safe
/// for concurrent use; the time is given.
/// </summary>
/// <param name="period">After what the budget begins anew.</param>
public sealed class BudgetBook(BudgetPeriod period)
{
    /// <summary>A gateway that is silent for this long has lost its slice. Longer than that of other limits: money does not come back.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    /// <summary>The part of what is left that a gateway is given without having asked for it: one in this many.</summary>
    private const long Chunk = 4;

    private const decimal Unit = 1e-6m;
    private readonly SliceBook _slices = new(Lease, whole: false);
    private readonly Dictionary<string, decimal> _heard = new(StringComparer.Ordinal);
    private DateTimeOffset? _start;
    private decimal _spent;

    /// <summary>Spent in the present period, as far as it is known.</summary>
    public decimal Spent => _spent;

    /// <summary>Whether what was spent in the period before this book was opened must be told by <see cref="Begin"/>.</summary>
    public bool NeedsStart(DateTimeOffset now) => _start != BudgetClock.StartOf(period, now);

    /// <summary>A period begins, or the book is opened in the middle of one.</summary>
    /// <param name="spent">In the period so far.</param>
    /// <param name="now">The time.</param>
    public void Begin(decimal spent, DateTimeOffset now) => (_start, _spent) = (BudgetClock.StartOf(period, now), spent);

    /// <summary>A gateway says what it has spent and wants; the answer is what it may have spent in all, since its start.</summary>
    /// <param name="gateway">Who holds the slice.</param>
    /// <param name="run">The present run of that gateway.</param>
    /// <param name="spent">US dollars since the start of the run.</param>
    /// <param name="reserved">For requests in flight.</param>
    /// <param name="wanted">In the near future.</param>
    /// <param name="budget">Of the whole period.</param>
    /// <param name="now">The time.</param>
    /// <param name="holds">What it may still spend by a slice of before this book was opened, as long as others may not have spoken yet; null: all have.</param>
    public decimal Renew(
        string gateway, string run, decimal spent, decimal reserved, decimal wanted, decimal budget, DateTimeOffset now, decimal? holds = null)
    {
        if (_heard.TryGetValue(run, out var before))
        {
            var more = Math.Max(0, spent - before);
            _spent += more;
            _slices.Used(gateway, ToUnits(more));
        }

        _heard[run] = Math.Max(spent, before);
        var left = ToUnits(Math.Max(0, budget - _spent));
        var slice = _slices.Renew(gateway, new SliceDemand(Math.Max(ToUnits(wanted), left / Chunk), ToUnits(reserved)), left, now, holds is { } money ? ToUnits(money) : null);
        return spent + (slice * Unit);
    }

    private static long ToUnits(decimal money) => (long)(money / Unit);
}
