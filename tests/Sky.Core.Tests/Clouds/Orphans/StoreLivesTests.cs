using Sky.Core.Clouds.Orphans;
using Sky.Core.Services;

namespace Sky.Core.Tests.Clouds.Orphans;

public sealed class StoreLivesTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly OwnerId _owner = new("us");

    [Fact]
    public void A_store_that_was_just_made_is_quiet_for_a_day_and_starts_after_that_are_not()
    {
        var (life, mark) = StoreLives.Begin(_owner, null, null, _now);
        Assert.Equal((1, _now.AddHours(24)), (life.Runs, life.QuietUntil!.Value));
        Assert.True(StoreLives.IsQuiet(life, _now.AddHours(24).AddSeconds(-1)));
        Assert.False(StoreLives.IsQuiet(life, _now.AddHours(24)));

        // A start in between changes nothing of it.
        var (again, _) = StoreLives.Begin(_owner, life, mark, _now.AddMinutes(5));
        Assert.Equal((2, life.QuietUntil), (again.Runs, again.QuietUntil));

        var late = _now.AddHours(30);
        var (third, _) = StoreLives.Begin(_owner, again with { AliveAt = late.AddMinutes(-1) }, mark with { Runs = 2 }, late);
        Assert.False(StoreLives.IsQuiet(third, late));
    }

    [Fact]
    public void A_copy_that_was_put_back_counts_fewer_runs_than_the_mark_beside_it()
    {
        var life = new StoreLife { Runs = 7, AliveAt = _now.AddMinutes(-1) };
        var (copy, mark) = StoreLives.Begin(_owner, life, new StoreMark { Owner = "us", Runs = 9 }, _now);

        Assert.Equal((10, _now.AddHours(24), "the store was put back from a copy"), (copy.Runs, copy.QuietUntil!.Value, copy.QuietBecause));
        Assert.Equal(10, mark.Runs);
        Assert.Empty(mark.Before);
    }

    [Fact]
    public void A_killed_start_between_store_and_mark_is_no_copy()
    {
        var life = new StoreLife { Runs = 8, AliveAt = _now.AddMinutes(-1) };

        Assert.False(StoreLives.IsQuiet(StoreLives.Begin(_owner, life, new StoreMark { Owner = "us", Runs = 7 }, _now).Life, _now));
    }

    [Fact]
    public void A_copy_with_its_mark_is_known_by_its_age()
    {
        var mark = new StoreMark { Owner = "us", Runs = 7 };

        Assert.False(StoreLives.IsQuiet(StoreLives.Begin(_owner, new StoreLife { Runs = 7, AliveAt = _now.AddMinutes(-60) }, mark, _now).Life, _now));
        Assert.True(StoreLives.IsQuiet(StoreLives.Begin(_owner, new StoreLife { Runs = 7, AliveAt = _now.AddMinutes(-61) }, mark, _now).Life, _now));
    }

    [Fact]
    public void Of_a_lost_store_the_owner_is_remembered()
    {
        var (life, mark) = StoreLives.Begin(_owner, null, new StoreMark { Owner = "lost", Runs = 40, Before = ["older"] }, _now);

        Assert.Equal((1, true), (life.Runs, StoreLives.IsQuiet(life, _now)));
        Assert.Equal(["older", "lost"], mark.Before);
        Assert.Equal("us", mark.Owner);
    }

    [Fact]
    public void A_store_of_another_home_put_here_is_a_copy() =>
        Assert.True(StoreLives.IsQuiet(StoreLives.Begin(_owner, new StoreLife { Runs = 3, AliveAt = _now }, new StoreMark { Owner = "lost", Runs = 1 }, _now).Life, _now));
}
