using System.Text.Json;

namespace Sky.SystemTests.Cli;

/// <summary>Without any controller and any network.</summary>
public sealed class CatalogListTests
{
    [Fact]
    public async Task Kinds_of_GPUs_are_listed_with_their_lowest_prices_and_how_those_are_known()
    {
        var run = await CliRun.OfAsync(null, "gpus", "list");

        Assert.Equal(0, run.Code);
        Assert.Matches(@"(?m)^GPU +MEMORY\(GB\) +COUNTS +CLOUDS +HOURLY\(\$\) +SPOT\(\$\)$", run.Out);
        Assert.Matches(@"(?m)^A100-80GB +80 +1, 2, 4, 8 +aws, azure +3\.673 +≤3\.673$", run.Out);
        Assert.Matches(@"(?m)^L4 +22\.4 +0\.125, 0\.25, 0\.5, 1, 4, 8 +aws +0\.8048 +≤0\.8048$", run.Out);
        Assert.Matches(@"(?m)^B300 +268\.6 +8 +aws +142\.416 +≤142\.416$", run.Out);
        Assert.Contains("~ estimated", run.Err, StringComparison.Ordinal);
        Assert.Contains("aws: built in, prices of on-demand 2026-07-20, spot 2024-05-07.", run.Err, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a100", "A100")]
    [InlineData("NVIDIA:80GB", "A100-80GB H100")]
    [InlineData("rtx", "RTXPRO4500 RTXPRO6000")]
    public async Task A_name_or_an_amount_of_memory_gives_the_instance_types(string name, string found)
    {
        var run = await CliRun.OfAsync(null, "gpus", "list", name);

        Assert.Equal(0, run.Code);
        Assert.Equal(found.Split(' '), run.Out.TrimEnd().Split('\n').Skip(1).Select(line => line.Split(' ')[0]).Distinct());
        Assert.Contains("INSTANCE_TYPE", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_cloud_sells_ends_with_3_and_names_what_there_is()
    {
        var run = await CliRun.OfAsync(null, "gpus", "list", "X9000");

        Assert.Equal((3, ""), (run.Code, run.Out));
        Assert.Contains("A100-80GB", run.Err, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_and_the_json_say_the_same()
    {
        string[] asked = ["catalog", "list", "--cloud", "aws", "--gpus", "A10G:1", "--region", "us-east-1"];
        var table = await CliRun.OfAsync(null, asked);
        var json = JsonDocument.Parse((await CliRun.OfAsync(null, [.. asked, "-o", "json"])).Out).RootElement.EnumerateArray().ToList();

        var rows = table.Out.TrimEnd().Split('\n').Skip(1).ToList();
        Assert.Equal(rows.Count, json.Count);
        Assert.StartsWith("aws    g5.xlarge", rows[0], StringComparison.Ordinal);
        var first = json[0];
        Assert.Equal("g5.xlarge", first.GetProperty("instanceType").GetString());
        Assert.Equal((4, 16, "A10G", 1), (first.GetProperty("cpus").GetDouble(), first.GetProperty("memoryGb").GetDouble(), first.GetProperty("gpu").GetString(), first.GetProperty("gpuCount").GetDouble()));
        Assert.Contains("us-east-1a", first.GetProperty("zones").EnumerateArray().Select(zone => zone.GetString()));
        var price = first.GetProperty("onDemand");
        Assert.Equal((1.006, "recorded", "2026-07-20"), (price.GetProperty("usdPerHour").GetDouble(), price.GetProperty("status").GetString(), price.GetProperty("date").GetString()));
        Assert.Equal("at_most", first.GetProperty("spot")[0].GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("--cloud azure --cpus 4 --memory 16 --region eastus", "azure")]
    [InlineData("--cpus 4+ --memory 32+ --region us-west-2", "aws")]
    [InlineData("--instance-type G5.XLARGE --zone us-east-2b", "aws")]
    public async Task Filters_are_kept(string filters, string cloud)
    {
        var run = await CliRun.OfAsync(null, ["catalog", "list", "-o", "json", .. filters.Split(' ')]);

        var found = JsonDocument.Parse(run.Out).RootElement.EnumerateArray().ToList();
        Assert.NotEmpty(found);
        Assert.All(found, one => Assert.Equal(cloud, one.GetProperty("cloud").GetString()));
        if (filters.Contains("4+", StringComparison.Ordinal))
        {
            Assert.All(found, one => Assert.True(one.GetProperty("cpus").GetDouble() >= 4 && one.GetProperty("memoryGb").GetDouble() >= 32));
        }
    }

    [Fact]
    public async Task A_limit_of_cost_is_kept_by_what_is_known()
    {
        var run = await CliRun.OfAsync(null, "catalog", "list", "--gpus", "A10G:1", "--max-hourly-cost", "1.1", "-o", "json");

        var found = JsonDocument.Parse(run.Out).RootElement.EnumerateArray().ToList();
        Assert.NotEmpty(found);
        Assert.All(found, one => Assert.Equal("recorded", one.GetProperty("onDemand").GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Unknown_prices_are_told_as_unknown()
    {
        var run = await CliRun.OfAsync(null, "catalog", "list", "-t", "g6f.large", "--limit", "1");
        Assert.Matches(@"(?m)^aws +g6f\.large .* \? +\? +-$", run.Out);

        var one = JsonDocument.Parse((await CliRun.OfAsync(null, "catalog", "list", "-t", "g6f.large", "-o", "json", "--limit", "1")).Out).RootElement[0].GetProperty("onDemand");
        Assert.Equal((JsonValueKind.Null, "unknown"), (one.GetProperty("usdPerHour").ValueKind, one.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_table_is_cut_and_says_so()
    {
        var cut = await CliRun.OfAsync(null, "catalog", "list", "--cloud", "azure", "--limit", "3");
        Assert.Equal(4, cut.Out.TrimEnd().Split('\n').Length);
        Assert.Contains("more (--limit 0 shows all)", cut.Err, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("catalog list --cpus many")]
    [InlineData("catalog list --cloud gcp")]
    [InlineData("catalog list --limit -1")]
    [InlineData("catalog refresh --cloud gcp")]
    public async Task Wrong_input_ends_with_2(string line) => Assert.Equal(2, (await CliRun.OfAsync(null, line.Split(' '))).Code);
}
