using Sky.Core.Clouds;
using Sky.Core.Clouds.Orphans;

namespace Sky.Core.Tests.Clouds.Orphans;

public sealed class OrphanRulesTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public void What_is_listed_and_no_row_knows_is_first_only_noted()
    {
        var plan = Look(["a", "b"], known: ["a"], []);

        Assert.Equal(("b", OrphanState.Seen, _now), Assert.Single(plan.Writes) is { RowVersion: 0, Orphan: var orphan } ? (orphan.Node, orphan.State, orphan.FirstSeen) : default);
        Assert.Empty(plan.Forgotten);
        Assert.Empty(plan.Remove);
    }

    [Theory]
    [InlineData(59, false, false)]
    [InlineData(60, false, true)]
    [InlineData(600, true, false)] // the store was just made or put back
    public void It_goes_when_the_grace_is_over_and_nothing_is_suspended(int minutes, bool quiet, bool goes)
    {
        var plan = Look(["b"], [], [Row("b", minutes)], quiet: quiet);

        Assert.Equal(goes ? [OrphanState.Removing] : [], plan.Writes.Select(row => row.Orphan.State));
        Assert.Equal(goes ? ["b"] : [], plan.Remove.Select(orphan => orphan.Node));
    }

    [Fact]
    public void A_listing_that_failed_concludes_nothing() =>
        Assert.Equal((0, 0, 0), OrphanRules.Look("c", null, null, new HashSet<NodeId>(), [Row("b", 600), Row("x", 600, OrphanState.Removing)], false, _now) is var plan
            ? (plan.Writes.Count, plan.Forgotten.Count, plan.Remove.Count) : default);

    [Fact]
    public void What_is_gone_or_known_by_now_is_forgotten_and_begins_anew()
    {
        var plan = Look(["b"], known: ["b"], [Row("b", 600), Row("gone", 600, OrphanState.Removing)]);

        Assert.Equal(["b", "gone"], plan.Forgotten.Select(row => row.Orphan.Node).Order());
        Assert.Empty(plan.Remove);
        Assert.Equal(_now, Look(["b"], [], []).Writes[0].Orphan.FirstSeen);
    }

    [Fact]
    public void What_a_person_wants_gone_goes_also_while_all_else_is_suspended_and_what_is_kept_stays()
    {
        var plan = Look(["b", "k"], [], [Row("b", 0, OrphanState.Removing), Row("k", 6000, OrphanState.Kept)], quiet: true);

        Assert.Equal(["b"], plan.Remove.Select(orphan => orphan.Node));
        Assert.Empty(plan.Writes);
    }

    [Fact]
    public void Nothing_of_another_owner_is_noted_or_removed_but_what_was_taken_over()
    {
        var taken = new StoredOrphan(Row("taken", 600, OrphanState.Removing).Orphan with { Owner = "other" }, 1);
        var plan = OrphanRules.Look("c", "other", [Node("taken"), Node("theirs")], new HashSet<NodeId>(), [taken, Row("theirs", 600)], false, _now);

        Assert.Empty(plan.Writes);
        Assert.Equal(["taken"], plan.Remove.Select(orphan => orphan.Node));
        Assert.Empty(plan.Forgotten);
    }

    [Fact]
    public void Orphans_of_other_clouds_are_not_looked_at() =>
        Assert.Empty(OrphanRules.Look("other", null, [], new HashSet<NodeId>(), [Row("b", 600)], false, _now).Forgotten);

    [Fact]
    public void When_it_goes_is_said()
    {
        var life = new StoreLife { Runs = 1, AliveAt = _now, QuietUntil = _now.AddHours(5) };

        Assert.Equal(_now.AddHours(1), OrphanRules.GoesAt(Row("b", 0).Orphan, life with { QuietUntil = null }));
        Assert.Equal(_now.AddHours(5), OrphanRules.GoesAt(Row("b", 0).Orphan, life));
        Assert.Null(OrphanRules.GoesAt(Row("b", 0, OrphanState.Kept).Orphan, life));
    }

    private static OrphanPlan Look(string[] listed, string[] known, StoredOrphan[] stored, bool quiet = false) =>
        OrphanRules.Look("c", null, [.. listed.Select(Node)], known.Select(id => new NodeId(id)).ToHashSet(), stored, quiet, _now);

    private static CloudNode Node(string id) => new() { Id = new NodeId(id), Name = id, Running = true };

    private static StoredOrphan Row(string id, int minutes, OrphanState state = OrphanState.Seen) =>
        new(new OrphanNode { Cloud = "c", Node = id, FirstSeen = _now.AddMinutes(-minutes), State = state }, 1);
}
