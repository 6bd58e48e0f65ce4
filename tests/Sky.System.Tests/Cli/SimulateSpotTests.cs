using System.Text.Json;
using System.Xml.Linq;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Cli;

public sealed class SimulateSpotTests
{
    private static readonly string[] Names = ["spot_hedge", "adaptive", "on_demand", "even_spread", "round_robin", "optimum"];

    [Fact]
    public async Task The_table_the_json_and_the_picture_say_the_same()
    {
        await using var sky = new SkyMachine();
        var traces = Traces(sky, ("east-1", Zone(3600, 30)), ("west-1", Zone(3600, 30)));
        string[] few = ["simulate", "spot", "--traces", traces, "--offsets", "2", "--placements", "1", "--seed", "3"];
        var table = await sky.RunAsync(few);
        Assert.Equal(0, table.ExitCode);
        var picture = Path.Combine(traces, "out.svg");
        var json = await sky.RunAsync([.. few, "-o", "json", "--plot", picture]);
        var results = JsonDocument.Parse(json.Output).RootElement.EnumerateArray().ToList();
        Assert.Equal(Names, results.Select(result => result.GetProperty("policy").GetString()));
        Assert.All(results, result => Assert.Equal(
            ["policy", "availability", "cost", "launches", "preemptions"], result.EnumerateObject().Select(property => property.Name)));
        Assert.All(results, result => Assert.InRange(result.GetProperty("availability").GetDouble(), 0, 1));
        Assert.Equal((1, 1), (results[2].GetProperty("availability").GetDouble(), results[2].GetProperty("cost").GetDouble()));
        Assert.Contains("ABOVE_OPTIMUM", table.Output, StringComparison.Ordinal);
        Assert.Contains("LESS spot_hedge", table.Output, StringComparison.Ordinal);
        Assert.Contains("Running optimum (6 of 6)", table.Error, StringComparison.Ordinal);
        Assert.All(Names, name => Assert.Contains(XDocument.Load(picture).Descendants(), element => element.Value == name));
        Assert.All(results, result => Assert.Contains(
            result.GetProperty("policy").GetString()!.PadRight(13) + (100 * result.GetProperty("availability").GetDouble()).ToString("0.000"), table.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--policy", "fastest", "not a policy. Those that can be simulated: spot_hedge, adaptive,")]
    [InlineData("--policy", ",", "--policy names none")]
    [InlineData("--target", "0", "--target is a whole number from 1")]
    [InlineData("--spare", "-1", "--spare is a whole number from 0")]
    [InlineData("--offsets", "x", "--offsets takes a whole number")]
    [InlineData("--cold-start", "soon", "--cold-start is a time above 0 and below a day, such as 120s")]
    [InlineData("--cold-start", "24h", "--cold-start is a time above 0 and below a day")]
    [InlineData("--od-price-ratio", "0", "--od-price-ratio is a number above 0")]
    [InlineData("--availability-target", "1", "--availability-target is a number above 0 and below 1")]
    [InlineData("--traces", "nowhere", "nowhere: there is no such folder")]
    public async Task Wrong_options_are_told_and_end_with_2(string option, string value, string said)
    {
        await using var sky = new SkyMachine();
        string[] traces = option == "--traces" ? [] : ["--traces", Traces(sky, ("a", Zone(3600, 30)))];
        Wrong(await sky.RunAsync(["simulate", "spot", .. traces, option, value]), said);
    }

    [Theory]
    [InlineData("bad.json", "{", "bad.json: it is not JSON")]
    [InlineData("bad.json", """{"metadata": {"gap_seconds": 60}, "data": [1, -2]}""", "bad.json: value 1 of data is -2; each is a whole number from 0 on.")]
    [InlineData("short.json", """{"metadata": {"gap_seconds": 3600}, "data": [1, 1]}""", "short holds 2 hours; a window is 24 hours")]
    public async Task A_wrong_file_is_named_with_what_is_right(string file, string content, string said)
    {
        await using var sky = new SkyMachine();
        var traces = Traces(sky, ("good", Zone(3600, 30)));
        await File.WriteAllTextAsync(Path.Combine(traces, file), content, TestContext.Current.CancellationToken);
        Wrong(await sky.RunAsync("simulate", "spot", "--traces", traces), said);
    }

    [Fact]
    public async Task A_file_or_an_empty_folder_is_no_trace()
    {
        await using var sky = new SkyMachine();
        var traces = Traces(sky, ("a", Zone(3600, 30)));
        Wrong(await sky.RunAsync("simulate", "spot", "--traces", Path.Combine(traces, "a.json")), "name the folder");
        File.Delete(Path.Combine(traces, "a.json"));
        Wrong(await sky.RunAsync("simulate", "spot", "--traces", traces), "has no .json file");
    }

    private static void Wrong(SkyRun run, string said)
    {
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    private static string Traces(SkyMachine sky, params (string Zone, string Json)[] zones)
    {
        var file = "";
        foreach (var (zone, json) in zones)
        {
            file = sky.WriteFile(Path.Combine("traces", zone + ".json"), json);
        }

        return Path.GetDirectoryName(file)!;
    }

    private static string Zone(int gap, int values) =>
        $$"""{"metadata": {"gap_seconds": {{gap}}}, "data": [{{string.Join(", ", Enumerable.Range(0, values).Select(i => i % 7 == 6 ? 0 : 4))}}]}""";
}
