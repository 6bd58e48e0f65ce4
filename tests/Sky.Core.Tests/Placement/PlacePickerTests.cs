using Sky.Core.Catalog;
using Sky.Core.Placement;
using Sky.Core.Planning;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Placement;

public sealed class PlacePickerTests
{
    private static readonly DateTimeOffset _now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly IReadOnlyList<Offering> _offerings =
    [
        .. from place in new[] { ("aws", "us-east-1", "abc", 1.0), ("aws", "us-west-2", "ab", 1.0), ("aws", "eu-west-1", "ab", 1.2), ("azure", "eastus", "", 1.5) }
           from zone in place.Item3.Length == 0 ? new string?[] { null } : [.. place.Item3.Select(letter => place.Item2 + letter)]
           select new Offering { Cloud = place.Item1, Region = place.Item2, Zone = zone, InstanceType = "gpu.1", Cpus = 8, Memory = 32, Accelerator = "A10G", AcceleratorCount = 1, HourlyCost = place.Item4 },
    ];

    private static readonly ResourcesSpec _asked = new() { Candidates = [new ResourceCandidate { Accelerator = "A10G", AcceleratorCount = 1 }] };

    [Fact]
    public void Replicas_are_spread_over_the_zones_of_the_best_region() =>
        Assert.Equal("us-east-1a us-east-1b us-east-1c us-east-1a us-east-1b us-east-1c us-east-1a", Picks(7, PlaceMemory.Empty, []));

    [Fact]
    public void What_stands_already_counts() =>
        Assert.Equal("us-east-1c us-east-1b us-east-1c", Picks(3, PlaceMemory.Empty, ["us-east-1a", "us-east-1a", "us-east-1b"]));

    [Fact]
    public void For_availability_regions_are_failure_domains_too() =>
        Assert.Equal(7, Picks(7, PlaceMemory.Empty, [], PlacementGoal.Availability).Split(' ').Distinct().Count());

    /// <summary>Zone by zone, then region by region, then the other cloud: the cheapest that was not refused.</summary>
    [Fact]
    public void Refusals_lead_from_zone_to_region_to_cloud()
    {
        var memory = PlaceMemory.Empty;
        List<string> tried = [];
        while (Picker(memory, []).Next() is { } choice)
        {
            tried.Add(choice.Placement.Zone ?? choice.Placement.Region!);
            memory = memory.With(PlaceObservation.Of(choice.Placement, PlaceTrouble.NoCapacity, _now));
        }

        Assert.Equal("us-east-1a us-east-1b us-east-1c us-west-2a us-west-2b eu-west-1a eu-west-1b eastus", string.Join(' ', tried));
        var half = PlaceMemory.HalfLife(PlaceTrouble.NoCapacity);
        Assert.Equal(_now + half, Picker(memory, []).FreeAt);
        Assert.Equal("us-east-1a", Picker(memory, [], _now + half).Next()!.Placement.Zone);
    }

    [Fact]
    public void A_quota_leaves_the_region_at_once_and_a_refused_identity_the_cloud()
    {
        var first = Picker(PlaceMemory.Empty, []).Next()!.Placement;
        Assert.Equal("us-west-2a", Picker(PlaceMemory.Empty.With(PlaceObservation.Of(first, PlaceTrouble.Quota, _now)), []).Next()!.Placement.Zone);
        Assert.Equal("azure", Picker(PlaceMemory.Empty.With(PlaceObservation.Of(first, PlaceTrouble.Unauthorized, _now)), []).Next()!.Placement.Cloud);
    }

    [Fact]
    public void A_price_that_went_up_leads_to_the_next_price()
    {
        var memory = PlaceMemory.Empty.With(PlaceObservation.Of(Picker(PlaceMemory.Empty, []).Next()!.Placement, PlaceTrouble.Price, _now));
        Assert.Equal("us-east-1b us-east-1c us-east-1b", string.Join(' ', Zones(Picker(memory, []), 3)));
    }

    [Fact]
    public void Places_that_cost_a_tenth_more_share_the_replicas_and_dearer_ones_do_not()
    {
        List<Offering> spot = [.. new[] { ("a", 1.0), ("b", 1.09), ("c", 1.2) }.Select(zone => _offerings[0] with { Zone = zone.Item1, HourlyCost = zone.Item2 })];
        var choices = Placer.Choose(_asked, spot, null, out _);
        Assert.Equal("a b a b", string.Join(' ', Zones(new PlacePicker(choices, PlaceMemory.Empty, _now, []), 4)));
    }

    [Fact]
    public void Machines_one_has_share_the_replicas_machine_by_machine()
    {
        List<Offering> machines = [.. "xyz".Select(name => new Offering { Cloud = "swarm", InstanceType = $"{name}", Cpus = 8, Memory = 32, HourlyCost = 0, Owned = true })];
        var choices = Placer.Choose(new ResourcesSpec { Candidates = [new ResourceCandidate()] }, machines, null, out _);
        var picker = new PlacePicker(choices, PlaceMemory.Empty, _now, [choices[0].Placement]);
        Assert.Equal("y z x y", string.Join(' ', Enumerable.Range(0, 4).Select(_ => picker.Next()!.Placement.Node)));
    }

    /// <summary>Each place is looked at once for all replicas together; how long a pick takes does not depend on how many came before.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public void Any_number_of_replicas_looks_at_each_place_once(int replicas)
    {
        var offerings = new CountedList<Offering>([.. EmbeddedCatalog.Read("aws").Offerings()]);
        var choices = new CountedList<PlacementChoice>(Placer.Choose(new ResourcesSpec { Candidates = [new ResourceCandidate()] }, offerings, null, out _));
        var picker = new PlacePicker(choices, PlaceMemory.Empty, _now, []);
        for (var i = 0; i < replicas; i++)
        {
            Assert.NotNull(picker.Next());
        }

        Assert.Equal(offerings.Count, offerings.Looks);
        Assert.Equal(choices.Count, choices.Looks);
        Assert.Equal(Placer.MostPlaces, choices.Count);
    }

    private static string Picks(int count, PlaceMemory memory, string[] standing, PlacementGoal goal = PlacementGoal.Cost)
    {
        var choices = Placer.Choose(_asked with { Optimize = goal }, _offerings, null, out _);
        var standingAt = standing.Select(zone => choices.First(choice => choice.Placement.Zone == zone).Placement);
        return string.Join(' ', Zones(new PlacePicker(choices, memory, _now, standingAt, goal), count));
    }

    private static PlacePicker Picker(PlaceMemory memory, IEnumerable<ReplicaPlacement> standing, DateTimeOffset? now = null) =>
        new(Placer.Choose(_asked, _offerings, null, out _), memory, now ?? _now, standing);

    private static List<string?> Zones(PlacePicker picker, int count) => [.. Enumerable.Range(0, count).Select(_ => picker.Next()!.Placement.Zone)];
}
