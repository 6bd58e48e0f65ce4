using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class OverrideTests
{
    private const string File = """
        run: serve $PORT
        service: {replicas: 1}
        resources:
          infra: aws/us-east-1
          cpus: 2
          gpus: T4
          any_of: [{cpus: 4, memory: 8}, {memory: 16}]
        """;

    private static ServiceSpec With(params (string Path, string Value)[] overrides) =>
        SpecFiles.Spec(File, SpecFiles.Options with { Overrides = overrides.ToDictionary(pair => pair.Path, pair => pair.Value) });

    [Fact]
    public void A_value_counts_for_every_candidate() =>
        Assert.All(With(("resources.cpus", "8+")).Resources.Candidates, candidate => Assert.Equal(new ResourceAmount(8, true), candidate.Cpus));

    [Fact]
    public void None_takes_a_field_out()
    {
        Assert.All(With(("resources.cpus", "none")).Resources.Candidates, candidate => Assert.Null(candidate.Cpus));
        Assert.All(With(("resources.accelerators", "none")).Resources.Candidates, candidate => Assert.Null(candidate.Accelerator));
    }

    [Fact]
    public void An_accelerator_replaces_the_other_name_of_the_field() =>
        Assert.All(With(("resources.accelerators", "A100:2")).Resources.Candidates, candidate => Assert.Equal("A100", candidate.Accelerator));

    [Fact]
    public void A_place_replaces_what_it_says_and_no_more()
    {
        var zoned = With(("resources.region", "us-west-2")).Resources.Candidates[0];
        var moved = With(("resources.infra", "local")).Resources.Candidates[0];

        Assert.Equal(("aws", "us-west-2"), (zoned.Cloud, zoned.Region));
        Assert.Equal(("local", null), (moved.Cloud, moved.Region));
    }

    [Fact]
    public void Words_become_what_the_field_wants()
    {
        var spec = With(("num_nodes", "2"), ("resources.use_spot", "true"), ("resources.disk_size", "100"), ("resources.ports", "8080"), ("service.drain_seconds", "5"));

        Assert.Equal((2, 8080, 5.0), (spec.Task.NumNodes, spec.Task.Port, spec.Serving.DrainSeconds));
        Assert.All(spec.Resources.Candidates, candidate => Assert.True(candidate.UseSpot && candidate.DiskSize == 100));
    }

    [Fact]
    public void A_bad_word_is_an_error_of_its_path()
    {
        var error = SpecFiles.Error(File, SpecFiles.Options with { Overrides = new Dictionary<string, string> { ["resources.cpus"] = "many" } });

        Assert.Equal((0, "resources.cpus"), (error.Line, error.Path));
    }
}
