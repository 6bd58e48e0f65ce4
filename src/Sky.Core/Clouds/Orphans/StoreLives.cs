using Sky.Core.Services;

namespace Sky.Core.Clouds.Orphans;

/// <summary>
/// Whether a store can be trusted to know all that bears its owner. One that was just made, or put back from a copy, does not: what was bought after the copy it has
/// never heard of. A copy is known by the mark beside it, which counts more runs than it does; and, where the mark was put back with it, by how long ago it was
/// last in use.
/// </summary>
public static class StoreLives
{
    /// <summary>How long nothing is removed after a store was made or put back.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromHours(24);

    /// <summary>After so long without a controller a store may be a copy.</summary>
    public static readonly TimeSpan Absence = TimeSpan.FromHours(1);

    private const int MostBefore = 20;

    /// <summary>A controller begins to run on it. The store's part is to be written first.</summary>
    public static (StoreLife Life, StoreMark Mark) Begin(OwnerId owner, StoreLife? life, StoreMark? mark, DateTimeOffset now)
    {
        var same = mark?.Owner == owner.Value;
        var why = life is null ? "the store was just made"
            : mark is null || !same || mark.Runs > life.Runs ? "the store was put back from a copy"
            : now - life.AliveAt > Absence ? "the store was not in use for long, and may be a copy"
            : null;
        var runs = Math.Max(life?.Runs ?? 0, same ? mark!.Runs : 0) + 1;
        var begun = new StoreLife
        {
            Runs = runs,
            AliveAt = now,
            QuietUntil = why is null ? life!.QuietUntil : now + Quiet,
            QuietBecause = why ?? life!.QuietBecause,
        };
        IReadOnlyList<string> before = mark is null ? [] : same ? mark.Before : [.. mark.Before.Append(mark.Owner).Where(one => one != owner.Value).Distinct().TakeLast(MostBefore)];
        return (begun, new StoreMark { Owner = owner.Value, Runs = runs, Before = before });
    }

    /// <summary>Nothing may be removed now.</summary>
    public static bool IsQuiet(StoreLife life, DateTimeOffset now) => life.QuietUntil > now;
}
