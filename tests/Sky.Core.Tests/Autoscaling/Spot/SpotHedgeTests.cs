using Sky.Core.Autoscaling.Spot;

namespace Sky.Core.Tests.Autoscaling.Spot;

public sealed class SpotHedgeTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Started = TimeSpan.FromMinutes(5);

    private static SpotStand Stand(params string[] zones) =>
        new(new SpotHedge(), zones) { Settings = new SpotSettings { NumOverprovision = 1, DynamicOnDemandFallback = true } };

    [Fact]
    public void The_target_and_its_spares_stand_in_different_zones()
    {
        var stand = Stand("a", "b", "c", "d").Run(Started);
        Assert.All(new[] { "a", "b", "c", "d" }, zone => Assert.Equal(1, stand.Spot(zone)));
        Assert.Equal(0, stand.OnDemand);
    }

    [Fact]
    public void At_the_start_nothing_is_paid_for_twice()
    {
        var stand = Stand("a", "b", "c", "d").Run(Tick);
        Assert.Equal((4, 0), (stand.SpotTotal, stand.OnDemand));
        stand.Run(Started);
        Assert.Equal((4, 0), (stand.SpotTotal, stand.OnDemand));
    }

    [Fact]
    public void What_spot_refuses_at_the_start_is_on_demand_at_the_next_look()
    {
        var stand = Stand("a", "b");
        stand.Capacity["a"] = 0;
        stand.Capacity["b"] = 1;
        stand.Run(2 * Tick);
        Assert.Equal((1, 2), (stand.SpotTotal, stand.OnDemand));
    }

    [Fact]
    public void A_lost_replica_is_replaced_elsewhere_and_on_demand_stands_in_until_it_is_ready()
    {
        var stand = Stand("a", "b", "c", "d", "e").Run(Started);
        var lost = new[] { "a", "b", "c", "d", "e" }.Where(zone => stand.Spot(zone) == 1).Take(2).ToList();
        stand.Lose(lost[0]).Lose(lost[1]).Run(Tick);
        Assert.Equal((0, 0, 4), (stand.Spot(lost[0]), stand.Spot(lost[1]), stand.SpotTotal));
        Assert.Equal(1, stand.OnDemand);
        stand.Run(Started);
        Assert.Equal(0, stand.OnDemand);
    }

    [Fact]
    public void A_spare_that_is_starting_needs_no_on_demand_replica()
    {
        var stand = Stand("a", "b", "c", "d", "e").Run(Started);
        stand.Lose(new[] { "a", "b", "c", "d", "e" }.First(zone => stand.Spot(zone) == 1));
        stand.Run(Tick);
        Assert.Equal((4, 0), (stand.SpotTotal, stand.OnDemand));
        stand.Run(Tick);
        Assert.Equal((4, 0), (stand.SpotTotal, stand.OnDemand));
    }

    [Fact]
    public void A_spare_that_cannot_be_had_is_on_demand()
    {
        var stand = Stand("a", "b", "c");
        foreach (var zone in new[] { "a", "b", "c" })
        {
            stand.Capacity[zone] = 1;
        }

        stand.Run(Started);
        Assert.Equal((3, 1), (stand.SpotTotal, stand.OnDemand));
    }

    [Fact]
    public void One_loss_of_two_zones_does_not_free_both()
    {
        var stand = Stand("a", "b").Run(Started);
        stand.Lose("a", stand.Spot("a")).Run(Started);
        Assert.Equal((0, 4), (stand.Spot("a"), stand.Spot("b")));
    }

    [Fact]
    public void A_zone_is_avoided_for_a_time_only()
    {
        var stand = Stand("a", "b", "c", "d", "e", "f").Run(Started);
        var lost = new[] { "a", "b", "c", "d", "e", "f" }.First(zone => stand.Spot(zone) == 1);
        stand.Lose(lost).Run(Started);
        Assert.NotNull(stand.State.Zones.Single(zone => zone.Zone == lost).AvoidedSince);
        stand.Run(SpotHedge.AvoidedFor);
        Assert.Null(stand.State.Zones.Single(zone => zone.Zone == lost).AvoidedSince);
    }

    [Fact]
    public void Once_all_zones_are_used_the_cheapest_does_not_get_all_that_follow()
    {
        var stand = Stand("cheap", "middle", "dear");
        (stand.Prices["cheap"], stand.Prices["middle"], stand.Prices["dear"]) = (1, 2, 3);
        stand.Target = 30;
        stand.Run(Tick);
        Assert.InRange(stand.Spot("cheap"), 5, 16);
        Assert.InRange(stand.Spot("dear"), 5, 16);
    }

    [Fact]
    public void The_cheaper_of_unused_zones_comes_first()
    {
        var stand = Stand("dear", "cheap", "middle");
        (stand.Prices["cheap"], stand.Prices["middle"], stand.Prices["dear"]) = (1, 2, 3);
        stand.Target = 1;
        stand.Run(Tick);
        Assert.Equal((1, 1, 0), (stand.Spot("cheap"), stand.Spot("middle"), stand.Spot("dear")));
    }

    [Fact]
    public void Nothing_wanted_is_nothing_held_spares_included()
    {
        var stand = Stand("a", "b").Run(Started);
        stand.Target = 0;
        stand.Run(Tick);
        Assert.Equal((0, 0), (stand.SpotTotal, stand.OnDemand));
    }

    [Theory]
    [InlineData(0, 4, 0)]
    [InlineData(1, 3, 1)]
    [InlineData(3, 1, 3)]
    [InlineData(7, 1, 3)]
    public void A_base_on_demand_is_part_of_the_target_and_never_more(int asked, int spot, int onDemand)
    {
        var stand = Stand("a", "b", "c", "d");
        stand.Settings = stand.Settings with { BaseOnDemandFallbackReplicas = asked };
        stand.Run(Started);
        Assert.Equal((spot, onDemand), (stand.SpotTotal, stand.OnDemand));
    }

    [Fact]
    public void A_base_larger_than_a_target_of_none_comes_to_nothing()
    {
        var stand = Stand("a");
        stand.Settings = stand.Settings with { BaseOnDemandFallbackReplicas = 1 };
        stand.Target = 0;
        stand.Run(Tick);
        Assert.Equal((0, 0), (stand.SpotTotal, stand.OnDemand));
    }

    [Fact]
    public void Without_dynamic_fallback_on_demand_replicas_never_stand_in()
    {
        var stand = Stand("a", "b");
        stand.Settings = new SpotSettings { NumOverprovision = 1 };
        (stand.Capacity["a"], stand.Capacity["b"]) = (0, 1);
        stand.Run(Started);
        Assert.Equal((1, 0), (stand.SpotTotal, stand.OnDemand));
    }

    [Fact]
    public void A_restart_forgets_no_zone()
    {
        var stand = Stand("a", "b", "c", "d", "e").Run(Started);
        var lost = new[] { "a", "b", "c", "d", "e" }.First(zone => stand.Spot(zone) == 1);
        stand.Lose(lost).Run(Tick);
        stand.State = StateJson.RoundTrip(stand.State);
        stand.Run(Started);
        Assert.Equal(0, stand.Spot(lost));
    }
}
