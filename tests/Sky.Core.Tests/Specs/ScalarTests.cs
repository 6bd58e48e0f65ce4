namespace Sky.Core.Tests.Specs;

public sealed class ScalarTests
{
    [Theory]
    [InlineData("true", "True")]
    [InlineData("yes", "True")]
    [InlineData("Off", "False")]
    [InlineData("y", "y")]
    [InlineData("010", "8")]
    [InlineData("0o10", "0o10")]
    [InlineData("08", "08")]
    [InlineData("0x1F", "31")]
    [InlineData("0b101", "5")]
    [InlineData("1_000", "1000")]
    [InlineData("12:30", "750")]
    [InlineData("-1:30", "-90")]
    [InlineData("1:30.5", "90.5")]
    [InlineData("+7", "7")]
    [InlineData("1e3", "1e3")]
    [InlineData("1.0e3", "1.0e3")]
    [InlineData("1.5e+3", "1500.0")]
    [InlineData("1.0", "1.0")]
    [InlineData("1.", "1.0")]
    [InlineData(".5", "0.5")]
    [InlineData("0.1", "0.1")]
    [InlineData("1.0e+16", "1e+16")]
    [InlineData("1.5e-7", "1.5e-07")]
    [InlineData("123456789012345680.0", "1.2345678901234568e+17")]
    [InlineData("0.00001", "1e-05")]
    [InlineData("-.inf", "-inf")]
    [InlineData(".nan", "nan")]
    [InlineData("2024-01-02", "2024-01-02")]
    [InlineData("2024-01-02T03:04:05", "2024-01-02 03:04:05")]
    [InlineData("2024-13-45", "2024-13-45")]
    [InlineData("\"true\"", "true")]
    [InlineData("'010'", "010")]
    [InlineData("!!str 010", "010")]
    [InlineData("!!int \"010\"", "8")]
    [InlineData("18446744073709551616", "18446744073709551616")]
    [InlineData("''", "")]
    [InlineData("hello world", "hello world")]
    public void An_env_is_what_PyYAML_would_print(string written, string printed) =>
        Assert.Equal(printed, SpecFiles.Spec($"{SpecFiles.Service("replicas: 1")}envs:\n  A: {written}\n").Task.Envs["A"]);

    [Theory]
    [InlineData("A:")]
    [InlineData("A: ~")]
    [InlineData("A: null")]
    [InlineData("A: NULL")]
    public void An_env_without_a_value_must_be_given(string line)
    {
        var text = $"{SpecFiles.Service("replicas: 1")}envs:\n  {line}\n";
        var error = SpecFiles.Error(text);

        Assert.Equal((5, "envs.A"), (error.Line, error.Path));
        Assert.Contains("Environment variable 'A' is None. Please set a value for it in task YAML or with --env flag.", error.Message, StringComparison.Ordinal);
        Assert.Equal("x", SpecFiles.Spec(text, SpecFiles.Options with { Envs = new Dictionary<string, string> { ["A"] = "x" } }).Task.Envs["A"]);
    }

    [Fact]
    public void Merge_keys_give_what_is_not_written()
    {
        var spec = SpecFiles.Spec("""
            run: serve $PORT
            service: {replicas: 1}
            resources:
              any_of:
                - &one {cpus: 4, memory: 16}
                - {<<: *one, memory: 32}
            """);

        Assert.Equal([16, 32], spec.Resources.Candidates.Select(candidate => candidate.Memory!.Value.Value));
        Assert.All(spec.Resources.Candidates, candidate => Assert.Equal(4, candidate.Cpus!.Value.Value));
    }

    [Fact]
    public void A_merge_that_is_no_mapping_is_an_error() =>
        Assert.Contains("<<", SpecFiles.Error("run: serve $PORT\nservice: {<<: 3, replicas: 1}").Message, StringComparison.Ordinal);
}
