using System.Text.Json;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Processes;

/// <summary>The real program on the simulated cloud: nodes that are bought, refused, taken away and given back, under load.</summary>
public sealed class SimulatedCloudTests
{
    /// <summary>East can hold two, then none, then two again, for eight seconds each; a node that is taken has four seconds of notice.</summary>
    private const string Settings = """
        {
          "launchSeconds": 0.5, "noticeSeconds": 4, "speed": 10,
          "zones": [
            { "name": "east-a", "region": "east", "trace": "east-a.json" },
            { "name": "east-b", "region": "east", "spotCapacity": 1, "priceFactor": 1.2 },
            { "name": "west-a", "region": "west", "priceFactor": 1.5 }
          ]
        }
        """;

    [Fact]
    public async Task Spot_nodes_come_and_go_and_the_controller_dies_and_no_request_fails()
    {
        await using var sky = new SkyMachine();
        sky.WriteFile("east-a.json", """{"metadata": {"gap_seconds": 80}, "data": [2, 0]}""");
        sky.Environment["SKY_SIM_FILE"] = sky.WriteFile("sim.json", Settings);
        var yaml = TestService.Yaml(replicas: 3) + "\nresources:\n  infra: sim\n  use_spot: true\n";
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", yaml), "-y");
        await sky.WaitAsync("svc", status => Ready(status).Count == 3, "three ready replicas");
        var first = await sky.StatusAsync("svc");
        Assert.All(Ready(first), row => Assert.Equal(("sim", true), (row.GetProperty("cloud").GetString(), row.GetProperty("useSpot").GetBoolean())));

        await using var gets = new SteadyLoad($"{sky.GatewayUrl}/services/svc/", clients: 2);
        await using var keyed = new SteadyLoad($"{sky.GatewayUrl}/services/svc/", clients: 2, method: HttpMethod.Post, idempotent: true);
        var before = Ids(first);
        await sky.WaitAsync("svc", status => Ready(status).Count == 3 && Ids(status).Except(before).Count() >= 2, "two were replaced");
        var pid = sky.ControllerPid!.Value;
        SkyMachine.Kill9(pid);
        var then = Ids(await UntilBackAsync(sky, pid));
        await sky.WaitAsync("svc", status => Ready(status).Count == 3 && Ids(status).Except(then).Any(), "another was replaced by the controller that came after");
        await Task.WhenAll(gets.MoreAsync(100), keyed.MoreAsync(100));
        Assert.Empty(gets.Failures);
        Assert.Empty(keyed.Failures);

        // One node for each replica that lives, whatever died in between.
        await sky.OkAsync("serve", "scale", "svc", "2", "-y");
        await SkyMachine.UntilAsync(async () => Ready(await sky.StatusAsync("svc")).Count == 2 && Nodes(sky).Length == 2, "two replicas on two nodes");
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

    private static async Task<JsonElement> UntilBackAsync(SkyMachine sky, int pid)
    {
        await SkyMachine.UntilAsync(() => Task.FromResult(sky.ControllerPid is { } now && now != pid), "another controller");
        return await sky.WaitAsync("svc", status => Ready(status).Count > 0, "it answers");
    }

    private static string[] Nodes(SkyMachine sky) => Directory.GetFiles(Path.Combine(sky.Home, "sim", "nodes"), "*.json");

    private static List<JsonElement> Ready(JsonElement status) =>
        [.. status.GetProperty("replicas").EnumerateArray().Where(row => row.GetProperty("status").GetString() == "READY")];

    private static List<int> Ids(JsonElement status) => [.. Ready(status).Select(row => row.GetProperty("id").GetInt32())];
}
