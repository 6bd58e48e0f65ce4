using Sky.Core.Placement;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class ResourceTests
{
    private static IReadOnlyList<ResourceCandidate> Candidates(string lines) =>
        SpecFiles.Spec(SpecFiles.Resources("ports: 8080\n" + lines)).Resources.Candidates;

    [Theory]
    [InlineData("A100", "A100*1")]
    [InlineData("A100:4", "A100*4")]
    [InlineData("T4:0.5", "T4*0.5")]
    [InlineData("a100-80gb:2", "a100-80gb*2")]
    [InlineData("{A100: 4, L4: 1}", "A100*4 L4*1")]
    [InlineData("{A100:4, L4}", "A100*4 L4*1")]
    [InlineData("[A100:4, L4]", "A100*4 L4*1")]
    [InlineData("80GB+", "80GB+*1")]
    [InlineData("80GB:2", "80GB*2")]
    [InlineData("NVIDIA:80GB", "NVIDIA:80GB*1")]
    [InlineData("NVIDIA:80GB+:2", "NVIDIA:80GB+*2")]
    [InlineData("none", "*0")]
    public void Accelerators_are_read_in_every_form(string written, string expected)
    {
        foreach (var name in new[] { "accelerators", "gpus" })
        {
            var candidates = Candidates($"{name}: {written}");

            Assert.Equal(expected, string.Join(' ', candidates.Select(candidate => FormattableString.Invariant($"{candidate.Accelerator}*{candidate.AcceleratorCount}"))));
        }
    }

    [Fact]
    public void Only_a_list_of_accelerators_has_an_order()
    {
        Assert.True(SpecFiles.Spec(SpecFiles.Resources("ports: 8080\naccelerators: [A100, L4]")).Resources.Ordered);
        Assert.False(SpecFiles.Spec(SpecFiles.Resources("ports: 8080\naccelerators: {A100, L4}")).Resources.Ordered);
    }

    [Theory]
    [InlineData("accelerators: A100:x", "should be <name> or <name>:<cnt>. Found: 'A100:x'")]
    [InlineData("accelerators: A100:0", "Accelerator count must be a positive number. Got: 'A100': 0.")]
    [InlineData("accelerators: {A100: many}", "Write how many A100 a node needs")]
    [InlineData("accelerators: [{A100: 1}]", "written as text, such as A100:4")]
    [InlineData("accelerators: A100\ngpus: L4", "Cannot specify both `accelerators`")]
    [InlineData("cpus: 4-", "either a number or a string \"<number>+\". Found: '4-'")]
    [InlineData("cpus: 0", "must be greater than 0")]
    [InlineData("memory: 16+GB", "Found: '16+GB'")]
    [InlineData("memory: -1", "Found: '-1'")]
    [InlineData("disk_size: 1500MB", "whole number of GB")]
    [InlineData("disk_tier: foo", "disk_tier is 'foo', which is not one of low, medium, high, ultra, best")]
    [InlineData("infra: aws//x", "is not of the form cloud[/region[/zone]]")]
    [InlineData("infra: aws/a/b/c", "is not of the form cloud[/region[/zone]]")]
    [InlineData("infra: aws\nregion: us-east-1", "Cannot specify both `infra` (line 6) and `region` (line 7)")]
    [InlineData("use_spot: \"true\"", "use_spot must be true or false")]
    [InlineData("max_hourly_cost: 0", "must be greater than 0")]
    [InlineData("any_of: [{cpus: 1}]\nordered: [{cpus: 1}]", "Cannot specify both \"any_of\" (line 6) and \"ordered\" (line 7)")]
    [InlineData("ordered: [{cpus: 1}]\naccelerators: {A100, L4}", "Several accelerators cannot stand together with \"ordered\"")]
    [InlineData("any_of: [{cpus: 1}]\naccelerators: [A100, L4]", "Several accelerators cannot stand together with \"any_of\"")]
    [InlineData("any_of: [aws]", "Each item of any_of must be a mapping")]
    [InlineData("any_of: [{use_spot: true}, {use_spot: false}]", "Resources must either all use spot or none use spot.")]
    [InlineData("labels: {a: 1}", "a must be text")]
    public void Nonsense_is_an_error_that_says_what_is_right(string lines, string words)
    {
        var errors = SpecFiles.Read(SpecFiles.Resources("ports: 8080\n" + lines)).Errors;

        Assert.Contains(errors, error => error.Message.Contains(words, StringComparison.Ordinal) && error.Line > 0);
    }

    [Theory]
    [InlineData("4", 4, false)]
    [InlineData("\"4+\"", 4, true)]
    [InlineData("0.5", 0.5, false)]
    public void Cpus_are_exact_or_at_least(string written, double value, bool atLeast) =>
        Assert.Equal(new ResourceAmount(value, atLeast), Candidates($"cpus: {written}")[0].Cpus);

    [Theory]
    [InlineData("16", 16, false)]
    [InlineData("32+", 32, true)]
    [InlineData("64GB", 64, false)]
    [InlineData("1024MB", 1, false)]
    [InlineData("16Gi", 16, false)]
    [InlineData("16gb+", 16, true)]
    [InlineData("2ti", 2048, false)]
    public void Memory_is_in_gigabytes(string written, double value, bool atLeast) =>
        Assert.Equal(new ResourceAmount(value, atLeast), Candidates($"memory: {written}")[0].Memory);

    [Theory]
    [InlineData("infra: AWS", "aws//")]
    [InlineData("infra: aws/us-east-1/", "aws/us-east-1/")]
    [InlineData("infra: aws/*/us-east-1a", "aws//us-east-1a")]
    [InlineData("infra: '*/us-east-1'", "/us-east-1/")]
    [InlineData("infra: k8s/my/ctx", "kubernetes/my/ctx/")]
    [InlineData("infra: '*'", "//")]
    [InlineData("cloud: Azure\nregion: westeurope", "azure/westeurope/")]
    public void Places_are_read_in_every_form(string lines, string expected)
    {
        var candidate = Candidates(lines)[0];

        Assert.Equal(expected, $"{candidate.Cloud}/{candidate.Region}/{candidate.Zone}");
    }

    [Fact]
    public void A_candidate_overrides_what_all_share_and_adds_labels()
    {
        var candidates = Candidates("cpus: 2\ninfra: aws/us-east-1\nlabels: {a: x}\nany_of: [{cpus: 4, labels: {b: y}}, {infra: azure}, {gpus: T4}]");

        Assert.Equal([4, 2, 2], candidates.Select(candidate => candidate.Cpus!.Value.Value));
        Assert.Equal(["aws/us-east-1", "azure/", "aws/us-east-1"], candidates.Select(candidate => $"{candidate.Cloud}/{candidate.Region}"));
        Assert.Equal(new Dictionary<string, string> { ["a"] = "x", ["b"] = "y" }, candidates[0].Labels);
        Assert.Equal("T4", candidates[2].Accelerator);
    }

    [Fact]
    public void Fields_that_nothing_acts_on_are_kept_and_named_once_each()
    {
        var result = SpecFiles.Read("""
            run: serve $PORT
            num_nodes: 2
            file_mounts: {/data: s3://bucket}
            service: {metrics: [a]}
            resources:
              autostop: {idle_minutes: 10}
              any_of: [{disk_size: 10}, {disk_size: 20, use_spot: false}]
            """);

        Assert.True(result.Ok);
        Assert.Equal(
            ["num_nodes", "file_mounts", "service.metrics", "resources.autostop", "resources.any_of[0].disk_size"],
            result.Warnings.Select(warning => warning.Path));
        Assert.Equal("{\"idle_minutes\":10}", result.Spec!.Kept["resources.autostop"].GetRawText());
        Assert.Equal(20, result.Spec.Kept["resources.any_of[1].disk_size"].GetInt32());
        Assert.Equal(20, result.Spec.Resources.Candidates[1].DiskSize);
    }

    [Fact]
    public void What_makes_a_place_better_is_read()
    {
        Assert.Equal((PlacementGoal.Cost, null), Goal("ports: 8080"));
        Assert.Equal((PlacementGoal.Availability, null), Goal("ports: 8080\noptimize: availability"));
        Assert.Equal((PlacementGoal.Latency, "aws/eu-central-1"), Goal("ports: 8080\noptimize: latency\nnear: AWS/eu-central-1"));

        static (PlacementGoal, string?) Goal(string text) => (SpecFiles.Spec(SpecFiles.Resources(text)).Resources.Optimize, SpecFiles.Spec(SpecFiles.Resources(text)).Resources.Near);
    }

    [Theory]
    [InlineData("optimize: speed", "resources.optimize")]
    [InlineData("optimize: latency", "resources.optimize")]
    [InlineData("near: aws/eu-central-1", "resources.near")]
    [InlineData("optimize: latency\nnear: aws/moon-1", "resources.near")]
    public void A_goal_that_cannot_be_reached_is_told(string text, string path) =>
        Assert.Equal(path, Assert.Single(SpecFiles.Read(SpecFiles.Resources("ports: 8080\n" + text)).Errors).Path);
}
