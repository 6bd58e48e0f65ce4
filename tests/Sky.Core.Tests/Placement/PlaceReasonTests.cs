using Sky.Core.Catalog;
using Sky.Core.Placement;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Placement;

public sealed class PlaceReasonTests
{
    private static readonly IReadOnlyList<Offering> _offerings =
    [
        .. new[] { ("us-east-1", 1.0), ("eu-west-1", 1.2), ("ap-south-1", 1.5) }.Select(region => new Offering
        {
            Cloud = "aws", Region = region.Item1, Zone = region.Item1 + "a", InstanceType = "gpu.1", Cpus = 8, Memory = 32, Accelerator = "L4", AcceleratorCount = 1, HourlyCost = region.Item2,
        }),
    ];

    private static readonly ResourcesSpec _asked = new() { Candidates = [new ResourceCandidate { Accelerator = "L4", AcceleratorCount = 1 }] };

    [Fact]
    public void The_best_place_says_so()
    {
        var choices = Placer.Choose(_asked, _offerings, null, out _);
        Assert.Equal("the best of 3 places that fit (cheapest first), $1 an hour", PlaceReason.Of(Row(choices[0]), _asked, choices));
        Assert.Empty(PlaceReason.Better(Row(choices[0]), choices));
    }

    [Fact]
    public void Another_place_names_its_rank_and_the_better_ones()
    {
        var choices = Placer.Choose(_asked, _offerings, null, out _);
        Assert.Equal("place 3 of 3 that fit (cheapest first), $1.5 an hour; 2 better ones could not be had, or came later", PlaceReason.Of(Row(choices[2]), _asked, choices));

        var spot = choices.Select(choice => choice with { Placement = choice.Placement with { UseSpot = true } }).ToList();
        Assert.Equal(
            "place 3 of 3 that fit (cheapest first), $1.5 an hour; spot_placer: adaptive chose the zone, by where the others stand and what zones have lost",
            PlaceReason.Of(Row(spot[2]), _asked, spot, "adaptive"));
        Assert.Contains("2 better ones", PlaceReason.Of(Row(spot[2]), _asked, spot), StringComparison.Ordinal);
        Assert.Equal(["us-east-1", "eu-west-1"], PlaceReason.Better(Row(choices[2]), choices).Select(choice => choice.Placement.Region!));
    }

    [Fact]
    public void Of_several_candidates_the_satisfied_one_is_named()
    {
        var two = new ResourcesSpec { Candidates = [new ResourceCandidate { Accelerator = "H100", AcceleratorCount = 1 }, .. _asked.Candidates], Ordered = true };
        var choices = Placer.Choose(two, _offerings, null, out _);
        Assert.Equal("candidate 2 of 2; the best of 3 places that fit (in the file's order), $1 an hour", PlaceReason.Of(Row(choices[0]), two, choices));
    }

    [Fact]
    public void A_place_that_fits_no_more_says_so()
    {
        var choices = Placer.Choose(_asked, _offerings, null, out _);
        Assert.Equal("aws/eu-west-1a/gpu.1 fitted when it was placed, and is not among the 1 places that fit now", PlaceReason.Of(Row(choices[1]), _asked, [choices[0]]));
    }

    private static ReplicaRecord Row(PlacementChoice choice) => new()
    {
        Service = new ServiceName("a"), Id = new ReplicaId(1), Version = 1, State = ReplicaState.Ready, Placement = choice.Placement, Candidate = choice.Candidate, CreatedAt = default, ChangedAt = default,
    };
}
