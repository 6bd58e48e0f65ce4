using Sky.Core.Autoscaling.Spot;

namespace Sky.Core.Tests.Autoscaling.Spot;

public sealed class AdaptiveSpotTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Started = TimeSpan.FromMinutes(5);

    private static SpotStand Stand(params string[] zones) => new(new AdaptiveSpot(), zones);

    [Fact]
    public void A_service_starts_on_spot_alone()
    {
        var stand = Stand("a", "b", "c", "d").Run(Tick);
        Assert.True(stand.SpotTotal >= 3);
        Assert.Equal(0, stand.OnDemand);
    }

    [Fact]
    public void A_spare_goes_when_zones_have_lasted()
    {
        var stand = Stand("a", "b", "c", "d").Run(Started);
        var atFirst = stand.SpotTotal;
        stand.Settings = new SpotSettings { AvailabilityTarget = 0.98 };
        stand.Run(TimeSpan.FromHours(40));
        Assert.True(atFirst > 3);
        Assert.Equal((3, 0), (stand.SpotTotal, stand.OnDemand));
    }

    [Fact]
    public void A_zone_that_keeps_taking_replicas_is_left_for_one_that_does_not()
    {
        var stand = Stand("calm", "volatile").Run(TimeSpan.FromHours(2));
        for (var i = 0; i < 8; i++)
        {
            if (stand.Spot("volatile") > 0)
            {
                stand.Lose("volatile", stand.Spot("volatile"));
            }

            stand.Run(TimeSpan.FromMinutes(20));
        }

        Assert.Equal(0, stand.Spot("volatile"));
        Assert.True(stand.Spot("calm") >= 3);
    }

    [Fact]
    public void Where_all_zones_keep_taking_replicas_on_demand_replaces_spot_and_spot_comes_back_when_it_is_quiet()
    {
        var stand = Stand("a");
        stand.Settings = new SpotSettings { AvailabilityTarget = 0.999 };
        stand.Run(TimeSpan.FromHours(1));
        for (var i = 0; i < 12 && stand.Spot("a") > 0; i++)
        {
            stand.Lose("a", stand.Spot("a")).Run(TimeSpan.FromMinutes(15));
        }

        Assert.Equal((0, 3), (stand.SpotTotal, stand.OnDemand));
        stand.Settings = new SpotSettings { AvailabilityTarget = 0.99 };
        stand.Run(TimeSpan.FromHours(24));
        Assert.Equal(0, stand.OnDemand);
    }

    [Fact]
    public void On_demand_replicas_go_only_when_spot_is_ready()
    {
        var stand = Stand("a", "b", "c");
        foreach (var zone in new[] { "a", "b", "c" })
        {
            stand.Capacity[zone] = 0;
        }

        stand.Run(Started);
        Assert.Equal((0, 3), (stand.SpotTotal, stand.OnDemand));
        stand.Capacity.Clear();
        for (var i = 0; i < 600; i++)
        {
            stand.Run(Tick);
            Assert.True(stand.Ready >= 3);
        }

        Assert.Equal(0, stand.OnDemand);
    }

    [Fact]
    public void Empty_zones_are_not_asked_at_every_look()
    {
        var stand = Stand("empty");
        stand.Capacity["empty"] = 0;
        stand.Run(TimeSpan.FromHours(1));
        Assert.InRange(stand.Asked["empty"], 10, 20);
    }

    [Fact]
    public void A_dear_zone_is_not_used_while_cheap_ones_do()
    {
        var stand = Stand("dear", "cheap", "cheap-too");
        stand.Settings = new SpotSettings { AvailabilityTarget = 0.9 };
        stand.Prices["dear"] = 1.3;
        stand.Run(TimeSpan.FromHours(3));
        Assert.Equal(0, stand.Spot("dear"));
        stand.Capacity["cheap"] = stand.Capacity["cheap-too"] = 0;
        stand.Lose("cheap", stand.Spot("cheap")).Lose("cheap-too", stand.Spot("cheap-too")).Run(TimeSpan.FromMinutes(40));
        Assert.Equal((3, 0), (stand.Spot("dear"), stand.OnDemand));
    }

    [Fact]
    public void A_higher_availability_target_is_never_less_safe()
    {
        var held = new List<double>();
        foreach (var target in new[] { 0.9, 0.99, 0.999, 0.9999 })
        {
            var stand = Stand("a", "b", "c");
            stand.Settings = new SpotSettings { AvailabilityTarget = target };
            stand.Run(TimeSpan.FromMinutes(30)).Lose("a", stand.Spot("a")).Run(Started);
            held.Add(stand.Last.Risk!.Value);
        }

        Assert.All(held.Zip(held.Skip(1)), pair => Assert.True(pair.Second < pair.First + 0.001));
        Assert.True(held[^1] < held[0] / 2);
    }

    [Fact]
    public void A_loss_is_made_good_at_once()
    {
        var stand = Stand("a", "b").Run(TimeSpan.FromHours(6));
        var zone = stand.Spot("a") > stand.Spot("b") ? "a" : "b";
        stand.Capacity["a"] = stand.Spot("a");
        stand.Capacity["b"] = stand.Spot("b");
        stand.Capacity[zone]--;
        stand.Lose(zone).Run(Tick);
        Assert.True(stand.SpotTotal + stand.OnDemand >= 3);
    }

    [Fact]
    public void Replicas_that_had_to_stand_together_move_apart_when_zones_give_again()
    {
        var stand = Stand("a", "b", "c", "d");
        stand.Capacity["b"] = stand.Capacity["c"] = 1;
        stand.Capacity["d"] = 0;
        stand.Run(TimeSpan.FromHours(1));
        Assert.Equal(2, stand.Spot("a"));
        stand.Capacity.Clear();
        stand.Run(TimeSpan.FromHours(1));
        Assert.All(new[] { "a", "b", "c", "d" }, zone => Assert.True(stand.Spot(zone) <= 1, $"{stand.Spot(zone)} in {zone}"));
        Assert.True(stand.Ready >= 3);
    }

    [Fact]
    public void At_the_first_look_one_more_is_asked_for_and_kept_until_the_target_is_ready()
    {
        var stand = Stand("a", "b", "c", "d", "e", "f").Run(Tick);
        Assert.Equal(5, stand.SpotTotal);
        stand.Run(Tick);
        Assert.Equal(5, stand.SpotTotal);
        stand.Run(Started);
        Assert.Equal((4, 0), (stand.SpotTotal, stand.OnDemand));
    }

    [Fact]
    public void No_on_demand_replica_is_launched_while_spot_replicas_wait_to_be_replaced_elsewhere()
    {
        var stand = Stand("a", "b", "c");
        stand.Capacity["b"] = stand.Capacity["c"] = 0;
        stand.Settings = new SpotSettings { AvailabilityTarget = 0.9 };
        stand.Prices["a"] = 1.3;
        stand.Run(TimeSpan.FromHours(1));
        Assert.Equal((3, 0), (stand.Spot("a"), stand.OnDemand));
        for (var i = 0; i < 240; i++)
        {
            stand.Run(Tick);
            Assert.Equal((3, 0), (stand.Spot("a"), stand.OnDemand));
        }
    }

    [Fact]
    public void A_restart_changes_no_decision()
    {
        var (one, two) = (Stand("a", "b", "c"), Stand("a", "b", "c"));
        foreach (var stand in new[] { one, two })
        {
            stand.Run(TimeSpan.FromHours(1)).Lose("a", stand.Spot("a")).Run(Tick);
        }

        two.State = StateJson.RoundTrip(two.State);
        one.Run(Started);
        two.Run(Started);
        Assert.Equal(one.Last.Spot, two.Last.Spot);
        Assert.Equal(one.Last.OnDemand, two.Last.OnDemand);
        Assert.Equal(one.Last.Risk, two.Last.Risk);
    }
}
