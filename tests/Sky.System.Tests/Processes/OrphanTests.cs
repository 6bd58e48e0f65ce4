using System.Text.Json;
using System.Text.Json.Nodes;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>The real program on the simulated cloud: nodes that no row knows, and what a lost store left behind.</summary>
public sealed class OrphanTests
{
    [Fact]
    public async Task A_node_that_no_row_knows_is_reported_and_goes_and_so_does_what_a_lost_store_left_behind()
    {
        await using var sky = new SkyMachine();
        sky.Environment["SKY_SIM_FILE"] = sky.WriteFile("sim.json", """{"launchSeconds": 0.1}""");
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(replicas: 1) + "\nresources:\n  infra: sim\n"), "-y");
        var bought = Assert.Single(Nodes(sky));
        var owner = JsonNode.Parse(await File.ReadAllTextAsync(bought, TestContext.Current.CancellationToken))!["owner"]!.GetValue<string>();

        // Ours, and known to no row; and one of somebody else.
        await CopyAsync(bought, "sky-stray", owner);
        await CopyAsync(bought, "sky-theirs", "somebody-else");
        using (var seen = await OrphansAsync(sky))
        {
            var stray = Assert.Single(seen.RootElement.GetProperty("nodes").EnumerateArray());
            Assert.Equal(("sky-stray", "seen", owner), (stray.GetProperty("node").GetString(), stray.GetProperty("state").GetString(), stray.GetProperty("owner").GetString()));
            Assert.Equal(seen.RootElement.GetProperty("quietUntil").GetDateTimeOffset(), stray.GetProperty("goesAt").GetDateTimeOffset());
        }

        Assert.Contains("Nothing is removed by itself until", (await sky.OkAsync("cluster", "orphans")).Output, StringComparison.Ordinal);
        Assert.Contains("Nodes:       sim/sky-stray (nodes that no service has any more", (await sky.OkAsync("controller", "status")).Output, StringComparison.Ordinal);
        Assert.Contains("1 node is being removed", (await sky.OkAsync("cluster", "orphans", "--adopt")).Output, StringComparison.Ordinal);
        await SkyMachine.UntilAsync(() => Task.FromResult(Names(sky) is [var own, "sky-theirs"] && own == Path.GetFileNameWithoutExtension(bought)), "the stray one is gone, and no other");

        // The store is lost, and with it all knowledge of the node.
        await sky.OkAsync("controller", "stop");
        foreach (var file in Directory.GetFiles(sky.Home, "state.db*"))
        {
            File.Delete(file);
        }

        using (var none = await OrphansAsync(sky))
        {
            Assert.Empty(none.RootElement.GetProperty("nodes").EnumerateArray());
            Assert.Equal([owner], none.RootElement.GetProperty("before").EnumerateArray().Select(one => one.GetString()));
        }

        using (var left = await OrphansAsync(sky, "--owner", owner))
        {
            Assert.Equal([Path.GetFileNameWithoutExtension(bought)], left.RootElement.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("node").GetString()));
        }

        Assert.Equal(2, Nodes(sky).Length);
        await sky.OkAsync("cluster", "orphans", "--owner", owner, "--adopt");
        await SkyMachine.UntilAsync(() => Task.FromResult(Names(sky) is ["sky-theirs"]), "what the lost store left is gone, and nothing of others");
        Assert.Equal(2, (await sky.RunAsync("cluster", "orphans", "--keep")).ExitCode);
        Assert.Equal(2, (await sky.RunAsync("cluster", "orphans", "--owner", owner[..8])).ExitCode);
    }

    private static async Task<JsonDocument> OrphansAsync(SkyMachine sky, params string[] more) =>
        JsonDocument.Parse((await sky.OkAsync(["cluster", "orphans", "-o", "json", .. more])).Output);

    private static async Task CopyAsync(string node, string id, string owner)
    {
        var copy = JsonNode.Parse(await File.ReadAllTextAsync(node))!.AsObject();
        (copy["id"], copy["owner"]) = (id, owner);
        var path = Path.Combine(Path.GetDirectoryName(node)!, id + ".json");
        await File.WriteAllTextAsync(path + ".new", copy.ToJsonString());
        File.Move(path + ".new", path);
    }

    private static string[] Nodes(SkyMachine sky) => Directory.GetFiles(Path.Combine(sky.Home, "sim", "nodes"), "*.json");

    private static string[] Names(SkyMachine sky) => [.. Nodes(sky).Select(path => Path.GetFileNameWithoutExtension(path)!).OrderBy(name => name is "sky-theirs").ThenBy(name => name, StringComparer.Ordinal)];
}
