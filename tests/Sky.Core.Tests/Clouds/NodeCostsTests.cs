using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Services;
using Xunit;

namespace Sky.Core.Tests.Clouds;

public sealed class NodeCostsTests
{
    private static readonly DateTimeOffset _start = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public void What_ran_is_paid_from_when_it_was_made_until_it_was_gone()
    {
        var over = Launch(1, 2) with { LaunchedAt = _start, EndedAt = _start.AddHours(3), State = NodeLaunchState.Ended };
        var cost = Assert.Single(NodeCosts.Between([over], DateTimeOffset.UnixEpoch, _start.AddDays(1)));
        Assert.Equal((3.0, 6.0, 0.0), (cost.Hours, cost.Spent, cost.Hourly));
        Assert.Equal((1, "a", true), (cost.Replica!.Value.Value, cost.Zone, cost.UseSpot));
    }

    [Fact]
    public void Only_the_part_since_a_time_counts_and_what_runs_on_costs_now()
    {
        var running = Launch(1, 2) with { LaunchedAt = _start };
        var cost = Assert.Single(NodeCosts.Between([running], _start.AddHours(4), _start.AddHours(5)));
        Assert.Equal((1.0, 2.0, 2.0), (cost.Hours, cost.Spent, cost.Hourly));
        var over = running with { EndedAt = _start.AddHours(1) };
        Assert.Empty(NodeCosts.Between([over], _start.AddHours(1), _start.AddHours(5)));
    }

    [Fact]
    public void What_was_never_made_costs_nothing() =>
        Assert.Empty(NodeCosts.Between([Launch(1, 2) with { State = NodeLaunchState.Void, EndedAt = _start }], DateTimeOffset.UnixEpoch, _start));

    [Fact]
    public void Nodes_of_one_replica_kind_and_place_are_one_row_and_an_unknown_price_makes_a_sum_unknown()
    {
        var first = Launch(1, 2) with { LaunchedAt = _start, EndedAt = _start.AddHours(1) };
        var again = Launch(1, null) with { LaunchedAt = _start.AddHours(1) };
        var other = Launch(2, 2) with { LaunchedAt = _start };
        var costs = NodeCosts.Between([first, again, other], DateTimeOffset.UnixEpoch, _start.AddHours(2));
        Assert.Equal([(1, 2.0, null), (2, 2.0, (double?)4.0)], costs.Select(cost => (cost.Replica!.Value.Value, cost.Hours, cost.Spent)));
        Assert.Null(costs[0].Hourly);
    }

    private static NodeLaunch Launch(int replica, double? hourly) => new()
    {
        Request = new NodeRequest(new NodeId($"n{replica}"), 1, new Offering { Cloud = "sim", Zone = "a", InstanceType = "large", Cpus = 4, Memory = 16, UseSpot = true, HourlyCost = hourly }),
        Replica = new ReplicaKey(new ServiceName("svc"), new ReplicaId(replica)),
        State = NodeLaunchState.Ready,
        CreatedAt = _start,
        ChangedAt = _start,
    };
}
