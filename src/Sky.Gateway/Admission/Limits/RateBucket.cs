namespace Sky.Gateway.Admission.Limits;

/// <summary>
/// A limit for each minute: a bucket that holds a minute's worth and fills evenly. It is one number, the moment at which it is full again, so
/// that it is taken from without a lock, can be owed to (a request used more than was reserved) and given back to, and knows exactly when
/// an amount will be there. The limiters of System.Threading.RateLimiting can do neither, and take no clock.
/// </summary>
internal sealed class RateBucket(TimeProvider time)
{
    private const long Minute = TimeSpan.TicksPerMinute;
    private readonly long _start = time.GetTimestamp();
    private long _fullAt;

    private long Now => time.GetElapsedTime(_start).Ticks;

    /// <summary>
    /// Takes an amount, or leaves the bucket as it is and tells how long it takes until the amount is there, if nobody else takes any.
    /// </summary>
    /// <param name="amount">At most <paramref name="perMinute"/>; more is never there.</param>
    /// <param name="perMinute">The limit.</param>
    /// <param name="wait">Zero when it was taken.</param>
    public bool TryTake(long amount, long perMinute, out TimeSpan wait)
    {
        var cost = Cost(amount, perMinute);
        var seen = Volatile.Read(ref _fullAt);
        while (true)
        {
            var now = Now;
            var next = Math.Max(seen, now) + cost;
            if (next - now > Minute)
            {
                wait = TimeSpan.FromTicks(next - now - Minute);
                return false;
            }

            var before = Interlocked.CompareExchange(ref _fullAt, next, seen);
            if (before == seen)
            {
                wait = TimeSpan.Zero;
                return true;
            }

            seen = before;
        }
    }

    /// <summary>Takes more (then the bucket may owe), or with a negative amount gives back.</summary>
    public void Adjust(long amount, long perMinute)
    {
        var cost = Cost(amount, perMinute);
        Change((now, fullAt) => amount < 0 ? fullAt + cost : Math.Max(fullAt, now) + cost);
    }

    /// <summary>
    /// The limit of this gateway changed. A larger one fills up with time only, because what it is larger by was somebody else's until now;
    /// of a smaller one the same share is there.
    /// </summary>
    public void Rescale(long before, long after)
    {
        if (after > before)
        {
            var ratio = (double)before / after;
            Change((now, fullAt) => now + Minute - (long)((Minute - Math.Max(0, fullAt - now)) * ratio));
        }
    }

    /// <summary>What is there now; never negative.</summary>
    public long Remaining(long perMinute)
    {
        var used = Math.Max(0, Volatile.Read(ref _fullAt) - Now);
        return used >= Minute ? 0 : (long)((double)(Minute - used) / Minute * perMinute);
    }

    /// <summary>How long it takes until it is full, if nobody takes any.</summary>
    public TimeSpan UntilFull => TimeSpan.FromTicks(Math.Max(0, Volatile.Read(ref _fullAt) - Now));

    private static long Cost(long amount, long perMinute) => (long)Math.Ceiling((double)amount / Math.Max(1, perMinute) * Minute);

    private void Change(Func<long, long, long> next)
    {
        var seen = Volatile.Read(ref _fullAt);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref _fullAt, next(Now, seen), seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
