using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Processes;

/// <summary>The real program on the simulated cloud: nodes that are bought, refused, taken away and given back, under load.</summary>
public sealed class SimulatedCloudTests
{
    private const string Settings = """
        {
          "launchSeconds": 0.5,
          "zones": [
            { "name": "east-a", "region": "east", "spotCapacity": 2 },
            { "name": "east-b", "region": "east", "spotCapacity": 1, "priceFactor": 1.2 },
            { "name": "west-a", "region": "west", "priceFactor": 1.5 }
          ]
        }
        """;

    [Fact]
    public async Task Spot_nodes_are_taken_away_and_the_controller_dies_and_no_request_fails()
    {
        await using var sky = new SkyMachine();
        sky.Environment["SKY_SIM_FILE"] = sky.WriteFile("sim.json", Settings);
        var yaml = TestService.Yaml(replicas: 3) + "\nresources:\n  infra: sim\n  use_spot: true\n";
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", yaml), "-y");
        var first = await sky.WaitAsync("svc", status => Ready(status).Count == 3, "three ready replicas");
        Assert.Equal(["east-a", "east-a", "east-b"], Ready(first).Select(row => row.GetProperty("zone").GetString()).Order());
        Assert.All(Ready(first), row => Assert.Equal(("sim", true), (row.GetProperty("cloud").GetString(), row.GetProperty("useSpot").GetBoolean())));

        await using var gets = new SteadyLoad($"{sky.GatewayUrl}/services/svc/", clients: 2);
        await using var keyed = new SteadyLoad($"{sky.GatewayUrl}/services/svc/", clients: 2, method: HttpMethod.Post, idempotent: true);
        await Task.WhenAll(gets.MoreAsync(20), keyed.MoreAsync(20));

        // One with notice, one without.
        Take(sky, Ready(first)[0], DateTimeOffset.UtcNow.AddSeconds(30));
        await sky.WaitAsync("svc", status => Ready(status).Count == 3 && !Ids(status).Contains(1), "the one under notice is replaced");
        Take(sky, Ready(first)[1], DateTimeOffset.UtcNow);
        var pid = sky.ControllerPid!.Value;
        SkyMachine.Kill9(pid);
        await sky.WaitAsync("svc", status => Ready(status).Count == 3 && !Ids(status).Contains(2), "the one that is gone is replaced, by the controller that came after");
        await Task.WhenAll(gets.MoreAsync(50), keyed.MoreAsync(50));
        Assert.Empty(gets.Failures);
        Assert.Empty(keyed.Failures);

        // Both were paid for until they were gone, and those that live go on.
        var cost = JsonDocument.Parse((await sky.OkAsync("cost", "svc", "-o", "json")).Output).RootElement.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal([0, 0, 0.024, 0.03, 0.03], cost.Select(row => Math.Round(row.GetProperty("hourly").GetDouble(), 6)).Order());
        Assert.All(cost, row => Assert.True(row.GetProperty("spent").GetDouble() > 0));
        Assert.Contains("all", (await sky.OkAsync("cost")).Output, StringComparison.Ordinal);
        Assert.Equal(3, (await sky.RunAsync("cost", "nothing")).ExitCode);

        // One node for each replica that lives, whatever died in between.
        await SkyMachine.UntilAsync(() => Task.FromResult(Nodes(sky).Length == 3), "three nodes");
        await sky.OkAsync("serve", "down", "svc", "-y");
        await SkyMachine.UntilAsync(() => Task.FromResult(Nodes(sky).Length == 0), "no node is left");
    }

    [Theory]
    [InlineData("dynamic_fallback")]
    [InlineData("adaptive")]
    public async Task A_policy_of_spot_holds_the_service_with_on_demand_where_spot_is_gone(string placer)
    {
        await using var sky = new SkyMachine();
        sky.Environment["SKY_SIM_FILE"] = sky.WriteFile("sim.json", """
            { "launchSeconds": 0.5, "noticeSeconds": 600, "zones": [{ "name": "a", "region": "r", "spotCapacity": 1 }, { "name": "b", "region": "r", "spotCapacity": 1 }] }
            """);
        var serving = $$"""replica_policy: {min_replicas: 2, spot_placer: {{placer}}, dynamic_ondemand_fallback: true}""";
        var yaml = TestService.Yaml(serving, replicas: null) + "\nresources:\n  infra: sim\n  use_spot: true\n";
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", yaml), "-y");
        var held = await sky.WaitAsync("svc", status => Ready(status).Count >= 2 && Ready(status).Any(row => row.GetProperty("useSpot").GetBoolean()), "two ready replicas, spot among them");
        await using var gets = new SteadyLoad($"{sky.GatewayUrl}/services/svc/", clients: 2);

        // No zone has another spot node: on-demand takes over.
        var taken = Ids(held);
        foreach (var row in Ready(held).Where(row => row.GetProperty("useSpot").GetBoolean()))
        {
            Take(sky, row, DateTimeOffset.UtcNow.AddSeconds(600));
        }

        await sky.WaitAsync(
            "svc", status => Ready(status).Count(row => !taken.Contains(row.GetProperty("id").GetInt32()) && !row.GetProperty("useSpot").GetBoolean()) >= 1 && Ready(status).Count >= 2, "on-demand replicas");
        await gets.MoreAsync(50);
        Assert.Empty(gets.Failures);
        await sky.OkAsync("serve", "down", "svc", "-y");
        await SkyMachine.UntilAsync(() => Task.FromResult(Nodes(sky).Length == 0), "no node is left");
    }

    [Fact]
    public async Task What_cannot_be_had_is_told_and_waited_for()
    {
        await using var sky = new SkyMachine();
        sky.Environment["SKY_SIM_FILE"] = sky.WriteFile("sim.json", """{ "zones": [{ "name": "z", "region": "r", "spotCapacity": 0 }] }""");
        var yaml = TestService.Yaml(replicas: 1) + "\nresources:\n  infra: sim\n  use_spot: true\n";
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", yaml), "-y", "--async");
        await SkyMachine.UntilAsync(
            async () => (await sky.OkAsync("serve", "status", "svc", "-v")).Output.Contains("no node in sim/r/z, spot: zone z has no spot capacity now; nothing else can be had now", StringComparison.Ordinal),
            "the reason is told");
        await sky.OkAsync("serve", "down", "svc", "-y");
    }

    [Fact]
    public async Task A_controller_that_stops_with_all_services_leaves_no_node_that_is_paid_for()
    {
        await using var sky = new SkyMachine();
        var yaml = TestService.Yaml(replicas: 2) + "\nresources:\n  infra: sim\n";
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", yaml), "-y");
        Assert.Equal(2, Nodes(sky).Length);
        await sky.OkAsync("controller", "stop", "--down", "-y");
        Assert.Empty(Nodes(sky));
    }

    [Fact]
    public async Task Settings_that_are_wrong_are_told_before_anything_starts()
    {
        await using var sky = new SkyMachine();
        sky.Environment["SKY_SIM_FILE"] = sky.WriteFile("sim.json", """{ "speed": 0 }""");
        var run = await sky.RunAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml()), "-y");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("SKY_SIM_FILE (--sim-file): ", run.Error, StringComparison.Ordinal);
        Assert.Contains("speed is above 0", run.Error, StringComparison.Ordinal);
        Assert.Empty(sky.Processes());
    }

    /// <summary>The cloud says when it takes the node of a replica away.</summary>
    private static void Take(SkyMachine sky, JsonElement replica, DateTimeOffset at)
    {
        var path = Path.Combine(sky.Home, "sim", "nodes", replica.GetProperty("node").GetString() + ".json");
        var node = JsonNode.Parse(File.ReadAllText(path))!;
        node["endsAt"] = at.ToString("O", CultureInfo.InvariantCulture);
        File.WriteAllText(path + ".test", node.ToJsonString());
        File.Move(path + ".test", path, overwrite: true);
    }

    private static string[] Nodes(SkyMachine sky) => Directory.GetFiles(Path.Combine(sky.Home, "sim", "nodes"), "*.json");

    private static List<JsonElement> Ready(JsonElement status) =>
        [.. status.GetProperty("replicas").EnumerateArray().Where(row => row.GetProperty("status").GetString() == "READY")];

    private static List<int> Ids(JsonElement status) => [.. Ready(status).Select(row => row.GetProperty("id").GetInt32())];
}
