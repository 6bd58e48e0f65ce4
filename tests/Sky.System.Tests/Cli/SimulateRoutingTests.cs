using System.Text.Json;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Cli;

public sealed class SimulateRoutingTests
{
    private const string Trace = """
        {"timestamp": 0, "input_length": 4096, "output_length": 20, "hash_ids": [1, 2, 3, 4, 5, 6, 7, 8]}
        {"timestamp": 900, "input_length": 4608, "output_length": 20, "hash_ids": [1, 2, 3, 4, 5, 6, 7, 8, 9]}
        """;

    [Fact]
    public async Task The_table_and_the_json_say_the_same()
    {
        await using var sky = new SkyMachine();
        var file = sky.WriteFile("trace.jsonl", Trace);
        var table = await sky.RunAsync("simulate", "routing", "--trace", file, "--replicas", "1", "--policy", "auto", "--policy", "round_robin,auto");
        Assert.Equal(0, table.ExitCode);
        var json = await sky.RunAsync("simulate", "routing", "--trace", file, "--replicas", "1", "--policy", "auto,round_robin", "--kv-blocks", "20", "-o", "json");
        var results = JsonDocument.Parse(json.Output).RootElement.EnumerateArray().ToList();
        Assert.Equal(["auto", "round_robin"], results.Select(result => result.GetProperty("policy").GetString()));
        Assert.All(results, result => Assert.Equal(
            ["policy", "hit", "ttftMean", "ttftP50", "ttftP99", "loadMaxOverMean"], result.EnumerateObject().Select(property => property.Name)));
        Assert.All(results, result => Assert.Equal(1, result.GetProperty("hit").GetDouble()));
        Assert.All(results, result => Assert.Equal(0.288, result.GetProperty("ttftMean").GetDouble(), 3));
        Assert.Contains("LOAD_MAX/MEAN", table.Output, StringComparison.Ordinal);
        Assert.Equal(3, table.Output.TrimEnd().Split('\n').Length);
    }

    [Theory]
    [InlineData("--policy", "fastest", "not a policy")]
    [InlineData("--replicas", "0", "--replicas")]
    [InlineData("--kv-blocks", "-1", "--kv-blocks")]
    [InlineData("--replicas", "x", "--replicas takes a whole number")]
    [InlineData("--prefill-rate", "x", "--prefill-rate takes a number")]
    [InlineData("--prefill-rate", "0", "--prefill-rate")]
    [InlineData("--trace", "nowhere.jsonl", "nowhere.jsonl")]
    [InlineData("--trace", ".", "is a folder")]
    [InlineData("--policy", ",", "--policy names none. Those that can be simulated: ")]
    public async Task Wrong_input_is_told_and_ends_with_2(string option, string value, string said)
    {
        await using var sky = new SkyMachine();
        string[] trace = option == "--trace" ? [] : ["--trace", sky.WriteFile("trace.jsonl", Trace)];
        var run = await sky.RunAsync(["simulate", "routing", .. trace, option, value]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }
}
