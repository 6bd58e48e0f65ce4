using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class ShortFormTests
{
    [Theory]
    [InlineData("image: a/b:1", "a/b:1", null)]
    [InlineData("image: {repository: r/x, tag: 1.0}", "r/x:1.0", "r/x")]
    public void An_image_is_a_reference(string line, string? reference, string? repository) =>
        Assert.Equal(new ImageSpec { Reference = reference, Repository = repository }, SpecFiles.Spec($"{line}\nnetworking: {{port: 80}}\n").Task.Image);

    [Fact]
    public void It_may_be_mixed_with_the_long_form()
    {
        var spec = SpecFiles.Spec("replicas: 2\nservice: {readiness_probe: /h, replicas: 2}\nresources: {ports: [80, 81]}\nnetworking: {port: 81}\nrun: a");

        Assert.Equal((2, 81, "/h"), (spec.Serving.ReplicaPolicy.MinReplicas, spec.Task.Port, spec.Serving.ReadinessProbe.Path));
    }

    [Theory]
    [InlineData("replicas: 2\nservice: {replicas: 3}", "`replicas` says 2 at line 1 and `service.replicas` says 3 at line 2.")]
    [InlineData("replicas: 2\nservice: {replica_policy: {min_replicas: 2}}", "Cannot specify both `replicas` (line 1) and `replica_policy` (line 2)")]
    [InlineData("image: a\nresources: {image_id: docker:b}", "`image` says a at line 1 and `resources.image_id` says docker:b at line 2.")]
    public void A_contradiction_names_both_lines(string text, string words) =>
        Assert.Contains(words, SpecFiles.Error($"{text}\nrun: a $PORT\nenvs: {{}}").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("run: [a, b 1, 2]", "a\nb 1\n2")]
    [InlineData("run: |-\n  a\n  b", "a\nb")]
    public void A_list_of_commands_is_joined(string line, string expected) =>
        Assert.Equal(expected, SpecFiles.Spec($"{line}\nnetworking: {{port: 80}}\n").Task.Run);
}
