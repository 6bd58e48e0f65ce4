namespace Sky.Core.Tests.Specs;

public sealed class KeyTests
{
    [Fact]
    public void A_repeated_key_is_an_error_naming_both_lines()
    {
        var error = SpecFiles.Error("service: {replicas: 1}\nrun: a $PORT\nenvs: {}\nrun: b $PORT\n");

        Assert.Equal((4, "run"), (error.Line, error.Path));
        Assert.StartsWith("Duplicate key 'run' in YAML at line 4 (also defined at line 2). Remove one of the entries", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_of_repeated_keys_counts_when_asked_to()
    {
        var result = SpecFiles.Read("service:\n  replicas: 1\n  replicas: 3\nrun: a $PORT\n", SpecFiles.Options with { LastKeyWins = true });

        Assert.Equal(3, result.Spec!.Serving.ReplicaPolicy.MinReplicas);
        var warning = Assert.Single(result.Warnings);
        Assert.Equal((3, "service.replicas"), (warning.Line, warning.Path));
    }

    [Theory]
    [InlineData("readiness_prob: /", "Instead of 'readiness_prob', did you mean 'readiness_probe'?")]
    [InlineData("Replicas: 1", "did you mean 'replicas'?")]
    [InlineData("load-balancing-policy: least_load", "did you mean 'load_balancing_policy'?")]
    [InlineData("cpus: 4", "it belongs in resources")]
    [InlineData("min_replicas: 1", "it belongs in service.replica_policy")]
    [InlineData("wibble_wobble: 1", "Found unsupported field 'wibble_wobble'")]
    public void An_unknown_key_is_told_what_was_meant(string line, string words)
    {
        var error = SpecFiles.Error(SpecFiles.Service(line));

        Assert.Equal(3, error.Line);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_networking_that_is_close_to_port_is_told_so()
    {
        var warnings = SpecFiles.Read("run: serve $PORT\nnetworking: {prot: 80, mesh: on}\nservice: {replicas: 1}\n").Warnings;

        Assert.Contains(warnings, warning => warning.Path == "networking.prot" && warning.Message.EndsWith("Did you mean 'port'?", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Path == "networking.mesh" && !warning.Message.Contains("Did you mean", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("run: 5")]
    [InlineData("run: {a: b}")]
    public void A_script_of_the_wrong_kind_is_one_problem(string run)
    {
        var result = SpecFiles.Read($"{run}\nservice: {{replicas: 1}}\n");

        Assert.Equal((1, "run"), (Assert.Single(result.Errors).Line, result.Errors[0].Path));
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void A_negative_maximum_is_told_and_breaks_nothing_else()
    {
        var errors = SpecFiles.Read(SpecFiles.Service("replica_policy: {min_replicas: 1, max_replicas: -13, target_qps_per_replica: 1}")).Errors;

        Assert.NotEmpty(errors);
        Assert.All(errors, error => Assert.Equal("service.replica_policy.max_replicas", error.Path));
    }

    [Fact]
    public void All_problems_are_told_at_once_in_the_order_of_lines()
    {
        var errors = SpecFiles.Read("""
            run: serve $PORT
            service:
              replicas: -3
              drain_seconds: soon
              readiness_prob: /
              readiness_probe: health
            num_nodes: 0
            resources:
              cpus: 4-
            """).Errors;

        Assert.Equal([3, 4, 5, 6, 7, 9], errors.Select(error => error.Line));
        Assert.Equal(
            ["service.replicas", "service.drain_seconds", "service.readiness_prob", "service.readiness_probe", "num_nodes", "resources.cpus"],
            errors.Select(error => error.Path));
    }

    [Fact]
    public void Strict_makes_warnings_errors()
    {
        var text = SpecFiles.Service("replicas: 1") + "file_mounts: {/a: s3://b}\n";

        Assert.Equal("file_mounts", Assert.Single(SpecFiles.Read(text).Warnings).Path);
        Assert.Equal("file_mounts", SpecFiles.Error(text, SpecFiles.Options with { Strict = true }).Path);
    }

    [Theory]
    [InlineData("pool: {workers: 1}\nrun: a\n", "pool")]
    [InlineData("service: {pool: {}}\nrun: a $PORT\n", "service.pool")]
    public void A_pool_is_no_service(string text, string path)
    {
        var error = SpecFiles.Read(text).Errors.First(error => error.Path == path);

        Assert.Contains("A pool runs jobs and is not a service", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_a_service_says_what_it_needs() =>
        Assert.Contains("needs a `service` section", SpecFiles.Error("run: serve $PORT").Message, StringComparison.Ordinal);
}
