using Sky.Core.Catalog;
using Sky.Core.Placement;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Placement;

public sealed class PlacerTests
{
    private static readonly Offering _host = new() { Cloud = "local", InstanceType = "host", Cpus = 2, Memory = 24, HourlyCost = 0, Owned = true };
    private static readonly Offering _small = new() { Cloud = "aws", Region = "us-east-1", InstanceType = "g6.xlarge", Cpus = 4, Memory = 16, Accelerator = "L4", AcceleratorCount = 1, HourlyCost = 0.8 };
    private static readonly Offering _spot = _small with { UseSpot = true, HourlyCost = 0.3 };
    private static readonly Offering _large = new() { Cloud = "aws", Region = "us-east-1", InstanceType = "p4d", Cpus = 96, Memory = 1152, Accelerator = "A100", AcceleratorCount = 8, HourlyCost = 32 };

    private static ResourcesSpec Ask(params ResourceCandidate[] candidates) => new() { Candidates = candidates };

    private static ResourceAmount Amount(double value, bool atLeast = false) => new(value, atLeast);

    [Fact]
    public void What_fits_this_machine_is_placed_on_it()
    {
        var choice = Assert.Single(Placer.Choose(Ask(new ResourceCandidate { Cpus = Amount(1), Memory = Amount(4) }), [_host], null, out var reason));

        Assert.Null(reason);
        Assert.Equal(("local", "host", false), (choice.Placement.Cloud, choice.Placement.Node, choice.Placement.UseSpot));
    }

    [Theory]
    [InlineData(4.0, null, null, "asked for 4 CPUs; this machine (host) has 2 CPUs, 24 GB and no accelerator")]
    [InlineData(null, 64.0, null, "asked for 64 GB; this machine (host) has 2 CPUs, 24 GB and no accelerator")]
    [InlineData(null, null, "A100", "asked for A100:1; this machine (host) has 2 CPUs, 24 GB and no accelerator")]
    public void What_does_not_fit_says_what_was_asked_for_and_what_there_is(double? cpus, double? memory, string? accelerator, string sentence)
    {
        var asked = new ResourceCandidate
        {
            Cpus = cpus is { } c ? Amount(c) : null,
            Memory = memory is { } m ? Amount(m) : null,
            Accelerator = accelerator,
            AcceleratorCount = accelerator is null ? 0 : 1,
        };

        Assert.Empty(Placer.Choose(Ask(asked), [_host], null, out var reason));
        Assert.Equal(sentence, reason);
    }

    [Fact]
    public void Accelerators_are_compared_without_case_and_the_cheapest_comes_first()
    {
        var choices = Placer.Choose(
            Ask(new ResourceCandidate { Accelerator = "a100", AcceleratorCount = 8 }, new ResourceCandidate { Accelerator = "l4", AcceleratorCount = 1 }),
            [_large, _small, _spot],
            null,
            out _);

        Assert.Equal(["L4:1", "A100:8"], choices.Select(choice => choice.Placement.Accelerators));
        Assert.Equal([1, 0], choices.Select(choice => choice.Candidate));
    }

    [Fact]
    public void An_image_needs_who_runs_containers_unless_the_file_says_local_and_has_commands()
    {
        var docker = _host with { Cloud = "docker", Engine = "docker" };
        var image = new TaskSpec { Image = new ImageSpec { Reference = "model:1" }, Run = "serve" };
        var place = Assert.Single(Placer.Choose(Ask(new ResourceCandidate()), [_host, docker], image, out _)).Placement;
        Assert.Equal(("docker", "docker"), (place.Cloud, place.EngineName));
        Assert.Equal("local", Assert.Single(Placer.Choose(Ask(new ResourceCandidate { Cloud = "local" }), [_host, docker], image, out _)).Placement.Cloud);
        Assert.Equal("docker", Assert.Single(Placer.Choose(Ask(new ResourceCandidate { ImageId = "docker:model:1" }), [_host, docker], new TaskSpec { Run = "serve" }, out _)).Placement.Cloud);
        Assert.Empty(Placer.Choose(Ask(new ResourceCandidate()), [_host], image, out var reason));
        Assert.Equal("the file names an image, and nothing here runs containers", reason);
        Assert.Empty(Placer.Choose(Ask(new ResourceCandidate { Cloud = "local" }), [_host, docker], image with { Run = null }, out _));
    }

    [Fact]
    public void Where_nothing_is_named_the_first_of_two_that_cost_the_same_is_taken()
    {
        var docker = _host with { Cloud = "docker", Engine = "docker" };
        Assert.Equal(["local", "docker"], Placer.Choose(Ask(new ResourceCandidate()), [_host, docker], new TaskSpec { Run = "serve" }, out _).Select(choice => choice.Placement.Cloud));
    }

    [Fact]
    public void An_ordered_list_is_tried_in_its_order()
    {
        var resources = Ask(new ResourceCandidate { Accelerator = "A100", AcceleratorCount = 8 }, new ResourceCandidate()) with { Ordered = true };

        Assert.Equal([0, 1, 1], Placer.Choose(resources, [_host, _small, _large], null, out _).Select(choice => choice.Candidate).Take(3));
    }

    [Fact]
    public void Spot_is_bought_only_where_asked_for_and_this_machine_satisfies_either()
    {
        Assert.True(Assert.Single(Placer.Choose(Ask(new ResourceCandidate { Cloud = "aws", UseSpot = true }), [_small, _spot], null, out _)).Placement.UseSpot);
        Assert.False(Assert.Single(Placer.Choose(Ask(new ResourceCandidate { UseSpot = true }), [_host], null, out _)).Placement.UseSpot);
    }

    [Fact]
    public void What_costs_more_than_allowed_or_an_unknown_amount_is_not_taken()
    {
        var resources = Ask(new ResourceCandidate { Cloud = "aws", MaxHourlyCost = 1 });

        Assert.Equal("g6.xlarge", Assert.Single(Placer.Choose(resources, [_small, _large, _large with { HourlyCost = null }], null, out _)).Placement.InstanceType);
    }

    [Fact]
    public void A_cloud_that_is_not_there_is_named()
    {
        Assert.Empty(Placer.Choose(Ask(new ResourceCandidate { Cloud = "aws" }), [_host], null, out var reason));
        Assert.Equal("asked for any node in aws; this machine (host) has 2 CPUs, 24 GB and no accelerator", reason);
    }
}
