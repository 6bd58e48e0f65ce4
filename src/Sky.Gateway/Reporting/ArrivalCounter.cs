using Sky.Core.Autoscaling;

namespace Sky.Gateway.Reporting;

/// <summary>Requests by the second they arrived in, for the last minute. Bounded, and without a lock.</summary>
internal sealed class ArrivalCounter(TimeProvider time)
{
    /// <summary>Seconds that are reported.</summary>
    public const int Window = 60;

    private const int Slots = 64;
    private const int CountBits = 24;
    private const long CountMask = (1L << CountBits) - 1;

    /// <summary>Each slot is a second and its count in one word, so that a slot is taken over and counted in one step.</summary>
    private readonly long[] _slots = new long[Slots];

    public void Count()
    {
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        ref var slot = ref _slots[second % Slots];
        var seen = Volatile.Read(ref slot);
        while (true)
        {
            var next = seen >> CountBits == second ? seen + 1 : (second << CountBits) | 1;
            var before = Interlocked.CompareExchange(ref slot, next, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    /// <summary>The seconds with requests from <paramref name="first"/> (Unix time) on, at most the last 60, in order.</summary>
    public IReadOnlyList<RequestCount> Since(long first)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        List<RequestCount>? counts = null;
        for (var second = Math.Max(first, now - Window + 1); second <= now; second++)
        {
            var slot = Volatile.Read(ref _slots[second % Slots]);
            if (slot >> CountBits == second)
            {
                (counts ??= []).Add(new RequestCount(second, (int)(slot & CountMask)));
            }
        }

        return counts ?? (IReadOnlyList<RequestCount>)[];
    }
}
