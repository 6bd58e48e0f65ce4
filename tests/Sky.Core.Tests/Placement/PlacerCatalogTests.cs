using Sky.Core.Catalog;
using Sky.Core.Placement;
using Sky.Core.Planning;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Placement;

/// <summary>What files ask for, against the catalogs that are built in.</summary>
public sealed class PlacerCatalogTests
{
    private static readonly Lazy<IReadOnlyList<Offering>> _all = new(() => [.. EmbeddedCatalog.Clouds.SelectMany(cloud => EmbeddedCatalog.Read(cloud).Offerings())]);

    private static readonly Offering _machine = new() { Cloud = "local", InstanceType = "host", Cpus = 64, Memory = 256, HourlyCost = 0, Owned = true };

    [Fact]
    public void The_cheapest_of_both_clouds_comes_first()
    {
        var best = Choose(new ResourceCandidate { Accelerator = "H100", AcceleratorCount = 8 })[0];
        Assert.Equal(("aws", "p5.48xlarge", 55.04), (best.Placement.Cloud, best.Placement.InstanceType!, best.Placement.HourlyCost!.Value));
        var azure = Choose(new ResourceCandidate { Accelerator = "A100-80GB", AcceleratorCount = 1 });
        Assert.Equal("Standard_NC24ads_A100_v4", azure[0].Placement.InstanceType);
        Assert.Equal(azure.Min(choice => choice.Placement.HourlyCost), azure[0].Placement.HourlyCost);
    }

    [Theory]
    [InlineData("a10g", 1, "A10G")]
    [InlineData("A100-80gb", 8, "A100-80GB")]
    [InlineData("80GB", 8, "A100-80GB H100")]
    [InlineData("NVIDIA:80GB+", 8, "A100-80GB B200 B300 H100 H200 RTXPRO6000")]
    [InlineData("AMD:80GB+", 8, "MI300X")]
    [InlineData("A10", 0.16, "A10")]
    public void Accelerators_are_found_by_name_and_by_memory(string asked, double count, string found) => Assert.Equal(
        found.Split(' '), Choose(new ResourceCandidate { Accelerator = asked, AcceleratorCount = count }).Select(choice => choice.Offering!.Accelerator!).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_name_that_several_have_is_told_with_all_of_them()
    {
        Assert.Empty(Choose(new ResourceCandidate { Accelerator = "RTXPRO", AcceleratorCount = 1 }, out var reason));
        Assert.Equal("Accelerator name 'RTXPRO' is ambiguous. Please choose one of [RTXPRO4500, RTXPRO6000].", reason);
    }

    [Fact]
    public void Region_zone_instance_type_and_market_are_kept()
    {
        var choice = Assert.Single(Choose(new ResourceCandidate { Cloud = "aws", Region = "us-east-1", Zone = "us-east-1b", InstanceType = "g5.xlarge", UseSpot = true })).Placement;
        Assert.Equal(("aws", "us-east-1", "us-east-1b", "g5.xlarge", true), (choice.Cloud, choice.Region!, choice.Zone!, choice.InstanceType!, choice.UseSpot));
    }

    [Fact]
    public void Where_zones_are_not_known_the_named_one_is_asked_for()
    {
        var choice = Assert.Single(Choose(new ResourceCandidate { Cloud = "azure", Region = "eastus", Zone = "2", InstanceType = "Standard_D4s_v5" }));
        Assert.Equal("2", choice.Placement.Zone);
    }

    [Fact]
    public void Without_a_size_a_bought_machine_is_not_too_small_and_ones_own_is_taken_as_it_is()
    {
        var bought = Choose(new ResourceCandidate { Cloud = "aws" })[0].Offering!;
        Assert.True(bought is { Cpus: >= 2, Memory: >= 4, Architecture: InstanceType.X86 });
        var four = Choose(new ResourceCandidate { Cloud = "aws", Cpus = new ResourceAmount(4, true) })[0].Offering!;
        Assert.True(four is { Cpus: >= 4, Memory: >= 8 });
        Assert.True(Choose(new ResourceCandidate { Cloud = "aws", Memory = new ResourceAmount(1, true) })[0].Offering!.Memory < 4);
        Assert.Equal("local", Placer.Choose(Ask(new ResourceCandidate()), [.. _all.Value, _machine], null, out _)[0].Placement.Cloud);
    }

    [Fact]
    public void Exactly_is_exactly_and_plus_is_at_least()
    {
        Assert.All(Choose(new ResourceCandidate { Cpus = new ResourceAmount(4, false), Memory = new ResourceAmount(16, false) }), choice => Assert.Equal((4, 16), (choice.Offering!.Cpus, choice.Offering.Memory)));
        Assert.Contains(Choose(new ResourceCandidate { Cpus = new ResourceAmount(4, true), Memory = new ResourceAmount(17, true) }), choice => choice.Offering!.Cpus > 4);
    }

    [Fact]
    public void A_limit_is_kept_by_prices_that_are_known_and_the_reason_says_how_to_know_more()
    {
        Assert.All(Choose(new ResourceCandidate { Accelerator = "A10G", AcceleratorCount = 1, MaxHourlyCost = 1.1 }), choice => Assert.Equal(("us-east-1", 1.1), (choice.Placement.Region, choice.Placement.MaxHourlyCost)));
        Assert.Empty(Choose(new ResourceCandidate { Accelerator = "A10G", AcceleratorCount = 1, MaxHourlyCost = 1.1, Region = "eu-west-1" }, out var reason));
        Assert.Contains("sky catalog refresh", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_processors_are_taken_only_where_the_file_names_what_has_them()
    {
        Assert.DoesNotContain(Choose(new ResourceCandidate { Cpus = new ResourceAmount(2, true), Memory = new ResourceAmount(1, true) }), choice => choice.Offering!.Architecture == InstanceType.Arm);
        Assert.DoesNotContain(Choose(new ResourceCandidate { Accelerator = "16GB", AcceleratorCount = 1 }), choice => choice.Offering!.Accelerator == "T4g");
        Assert.NotEmpty(Choose(new ResourceCandidate { InstanceType = "m7g.large" }));
        Assert.NotEmpty(Choose(new ResourceCandidate { Accelerator = "T4g", AcceleratorCount = 1 }));
    }

    [Fact]
    public void Near_a_region_distance_counts_before_price()
    {
        var near = Ask(new ResourceCandidate { Accelerator = "L4", AcceleratorCount = 1 }) with { Optimize = PlacementGoal.Latency, Near = "azure/germanywestcentral" };
        var choices = Placer.Choose(near, [.. _all.Value, _machine with { Accelerator = "L4", AcceleratorCount = 1 }], null, out _);
        Assert.Equal(["local", "aws"], choices.Select(choice => choice.Placement.Cloud).Take(2));
        Assert.Contains(choices[1].Placement.Region, new[] { "eu-central-1", "eu-central-2", "eu-west-3" });
        var ways = choices.Skip(1).Select(choice => (int)(RegionMap.Kilometres(near.Near!, $"aws/{choice.Placement.Region}")!.Value / RegionMap.StepKilometres)).ToList();
        Assert.Equal(ways.Order(), ways);
    }

    [Fact]
    public void For_availability_regions_with_more_zones_come_first_and_spot_last()
    {
        List<Offering> offerings =
        [
            Small("one", "a", 1, spot: false), Small("two", "a", 2, spot: false), Small("two", "b", 2, spot: false), Small("two", "a", 0.5, spot: true), Small("two", "b", 0.5, spot: true),
        ];
        var both = Ask(new ResourceCandidate { UseSpot = true, Cpus = new ResourceAmount(1, true) }, new ResourceCandidate { Cpus = new ResourceAmount(1, true) }) with { Optimize = PlacementGoal.Availability };
        Assert.Equal(
            "two/a/False two/b/False one/a/False two/a/True two/b/True",
            string.Join(' ', Placer.Choose(both, offerings, null, out _).Select(choice => $"{choice.Placement.Region}/{choice.Placement.Zone}/{choice.Placement.UseSpot}")));

        static Offering Small(string region, string zone, double price, bool spot) =>
            new() { Cloud = "aws", Region = region, Zone = zone, InstanceType = "s", Cpus = 2, Memory = 8, HourlyCost = price, UseSpot = spot };
    }

    [Fact]
    public void Every_region_of_the_catalogs_is_on_the_map() =>
        Assert.All(_all.Value.Select(offering => $"{offering.Cloud}/{offering.Region}").Distinct(), region => Assert.True(RegionMap.Knows(region), region));

    private static ResourcesSpec Ask(params ResourceCandidate[] candidates) => new() { Candidates = candidates };

    private static IReadOnlyList<PlacementChoice> Choose(ResourceCandidate asked) => Choose(asked, out _);

    private static IReadOnlyList<PlacementChoice> Choose(ResourceCandidate asked, out string? reason) => Placer.Choose(Ask(asked), _all.Value, null, out reason);
}
