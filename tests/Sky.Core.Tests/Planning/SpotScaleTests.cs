using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Services;
using Sky.Core.Specs;
using Xunit;

namespace Sky.Core.Tests.Planning;

/// <summary>Services on spot nodes whose file says how they hold: zones, spares, and on-demand nodes that stand in.</summary>
public sealed class SpotScaleTests
{
    private static readonly IReadOnlyList<Offering> _offers =
    [
        .. from zone in new[] { ("a", 1.0), ("b", 1.1), ("c", 1.2) } from spot in new[] { true, false } select Offer(zone.Item1, spot ? zone.Item2 : 3, spot),
    ];

    [Fact]
    public void Spot_replicas_stand_in_zones_of_their_own()
    {
        var world = Of(3, policy => policy with { SpotPlacer = "dynamic_fallback" });
        world.Run(10);
        Assert.Equal([("a", true), ("b", true), ("c", true)], Places(world));
    }

    [Fact]
    public void Spares_are_spot_and_a_service_that_sleeps_has_none()
    {
        var world = Of(2, policy => policy with { SpotPlacer = "dynamic_fallback", NumOverprovision = 1 });
        world.Run(10);
        Assert.Equal(3, world.Ready.Count());
        Assert.All(world.Ready, row => Assert.True(row.Placement.UseSpot));
        world.Change(service => service with { PinnedReplicas = 0 });
        world.Run(60);
        Assert.Empty(world.Live);
    }

    [Fact]
    public void On_demand_stands_in_while_a_zone_has_no_spot_and_goes_when_spot_is_ready()
    {
        var world = Of(2, policy => policy with { SpotPlacer = "dynamic_fallback", DynamicOnDemandFallback = true });
        world.Run(10);
        Assert.Equal(2, world.Ready.Count(row => row.Placement.UseSpot));
        Assert.All(world.Ready, row => Assert.True(row.Placement.UseSpot));

        // All zones are empty of spot from now on, and one node is taken.
        world.Market!.RefusingSpot.UnionWith(["a", "b", "c"]);
        world.Market.Take(1);
        world.Run(15);
        Assert.Equal((1, 1), (world.Ready.Count(row => row.Placement.UseSpot), world.Ready.Count(row => !row.Placement.UseSpot)));

        world.Market.RefusingSpot.Clear();
        world.Run(200);
        Assert.Equal((2, 0), (world.Ready.Count(row => row.Placement.UseSpot), world.Live.Count(row => !row.Placement.UseSpot)));
    }

    [Fact]
    public void Some_are_always_on_demand()
    {
        var world = Of(3, policy => policy with { BaseOnDemandFallbackReplicas = 1 });
        world.Run(10);
        Assert.Equal((2, 1), (world.Ready.Count(row => row.Placement.UseSpot), world.Ready.Count(row => !row.Placement.UseSpot)));

        // Even more than there are wanted: SkyServe stops scaling then.
        var few = Of(1, policy => policy with { BaseOnDemandFallbackReplicas = 2 });
        few.Run(10);
        Assert.Equal((0, 1), (few.Ready.Count(row => row.Placement.UseSpot), few.Ready.Count(row => !row.Placement.UseSpot)));
    }

    [Fact]
    public void At_the_start_nothing_is_bought_twice()
    {
        var world = Of(2, policy => policy with { SpotPlacer = "dynamic_fallback", DynamicOnDemandFallback = true });
        world.Run(10);
        Assert.Equal(2, world.Market!.All.Count());
    }

    [Fact]
    public void A_zone_that_took_a_node_is_avoided()
    {
        var world = Of(2, policy => policy with { SpotPlacer = "dynamic_fallback" });
        world.Run(10);
        Assert.Equal(["a", "b"], Places(world).Select(place => place.Zone));
        world.Market!.Take(world.Ready.First(row => row.Placement.Zone == "a").Id.Value);
        world.Run(15);
        Assert.Equal(["b", "c"], Places(world).Select(place => place.Zone));
    }

    [Fact]
    public void A_notice_counts_at_once_and_only_once()
    {
        var world = Of(2, policy => policy with { SpotPlacer = "dynamic_fallback" });
        world.Run(10);
        var leaving = world.Ready.First(row => row.Placement.Zone == "a").Id;
        world.Leaving[leaving] = "its cloud takes its node away";
        world.Run(3);
        Assert.Contains(world.Live, row => row.Placement.Zone == "c");
        world.Run(10);
        Assert.DoesNotContain(world.Live, row => row.Id == leaving);
        Assert.Equal(1, Math.Round(world.Service.Spot!.State.Zones.Single(zone => zone.Zone == "sim/east/a").Losses, 2));
    }

    [Fact]
    public void A_refusal_is_waited_out_not_asked_again_each_moment()
    {
        var world = Of(2, policy => policy with { SpotPlacer = "dynamic_fallback" });
        world.Market!.RefusingSpot.UnionWith(["a", "b", "c"]);
        world.Run(60);
        Assert.InRange(world.Market.All.Count(), 3, 9);
        Assert.Contains("no node can be had", world.Service.Progress(1).Waiting, StringComparison.Ordinal);
        world.Market.RefusingSpot.Clear();
        world.Run(200);
        Assert.Equal(2, world.Ready.Count());
        Assert.Null(world.Service.Progress(1).FailedAt);
    }

    [Fact]
    public void The_adaptive_policy_holds_its_target_and_remembers_over_a_restart()
    {
        var world = Of(2, policy => policy with { SpotPlacer = "adaptive", AvailabilityTarget = 0.99, DynamicOnDemandFallback = true });
        world.Run(30);
        Assert.True(world.Ready.Count() >= 2);
        var stored = System.Text.Json.JsonSerializer.Serialize(world.Service, SkyJson.Default.ServiceRecord);
        var read = System.Text.Json.JsonSerializer.Deserialize(stored, SkyJson.Default.ServiceRecord)!;
        Assert.Equal(stored, System.Text.Json.JsonSerializer.Serialize(read, SkyJson.Default.ServiceRecord));
        Assert.Equal("adaptive", read.Spot!.Policy);
        world.Change(_ => read);
        var launches = world.Market!.All.Count();
        world.Run(30);
        Assert.Equal(launches, world.Market.All.Count());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(0.0, 0.0)]
    [InlineData(null, 3.0)]
    public void What_no_price_is_known_of_is_decided_too(double? spot, double? onDemand)
    {
        var world = Of(2, policy => policy with { SpotPlacer = "adaptive", DynamicOnDemandFallback = true });
        world.Offerings = [.. _offers.Select(offer => offer with { HourlyCost = offer.UseSpot ? spot : onDemand })];
        world.Run(60);
        Assert.True(world.Ready.Count() >= 2);
        Assert.True(double.IsFinite(world.Service.Spot!.State.SpareHours));
        System.Text.Json.JsonSerializer.Serialize(world.Service, SkyJson.Default.ServiceRecord);
    }

    [Fact]
    public void While_nothing_happens_a_decision_is_written_once_in_ten_seconds()
    {
        var world = Of(2, policy => policy with { SpotPlacer = "dynamic_fallback" });
        world.Run(20);
        var before = world.Stored.RowVersion;
        world.Run(60);
        Assert.InRange(world.Stored.RowVersion - before, 5, 8);
    }

    private static IEnumerable<(string? Zone, bool Spot)> Places(World world) => world.Ready.Select(row => (row.Placement.Zone, row.Placement.UseSpot)).Order();

    private static Offering Offer(string zone, double cost, bool spot) => new()
    {
        Cloud = "sim", Region = "east", Zone = zone, InstanceType = "large", Cpus = 4, Memory = 16, UseSpot = spot, HourlyCost = cost,
    };

    private static World Of(int replicas, Func<ReplicaPolicySpec, ReplicaPolicySpec> policy) => new(TestSpec.Of(min: replicas, policy: policy) with
    {
        Resources = new ResourcesSpec { Candidates = [new ResourceCandidate { Cloud = "sim", UseSpot = true }] },
    })
    {
        Offerings = _offers,
        Market = new NodeMarket(),
    };
}
