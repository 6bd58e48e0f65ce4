using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>
/// The whole way for real: machines are bought at the simulated cloud, become nodes by the bootstrap script, join the cluster of their region behind a manager that
/// is bought with the first, run replicas, are taken away, are replaced under load, and are given back.
/// </summary>
[Trait("Category", "Heavy")]
public sealed class SimulatedMachinesTests(ITestOutputHelper output)
{
    private const string Service =
        """
        name: llm-sim
        service:
          models: sim
          readiness_probe: {path: /health, initial_delay_seconds: 300, endpoint_probe_interval_seconds: 1}
          replicas: 2
        resources: {infra: sim, use_spot: true, ports: 8000}
        envs: {LLM_SIM_MODEL: sim, LLM_SIM_TTFT_MS: "20", LLM_SIM_DECODE_RATE: "50", LLM_SIM_SLOTS: "32"}
        security: {profile: restricted}
        image: 
        """;

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Machines_are_bought_and_joined_and_taken_away_and_given_back_and_no_request_fails()
    {
        Assert.SkipWhen(LocalRegistry.SkipReason is not null, LocalRegistry.SkipReason ?? "");
        await using var bed = await ClusterBed.StartAsync(nodes: 1);
        await using var remains = new Remains(bed);
        await using var registry = await LocalRegistry.StartAsync(bed.Machines);
        var image = bed.PushAsync("llm-sim");
        bed.Environment["SKY_SIM_FILE"] = Path.Combine(bed.Folder, "sim.json");
        await File.WriteAllTextAsync(bed.Environment["SKY_SIM_FILE"], $$"""
            {
              "launchSeconds": 0.5,
              "noticeSeconds": 60,
              "machines": { "network": "10.97.7", "docker": ["--insecure-registry", "{{LocalRegistry.OfBed}}"] },
              "zones": [
                { "name": "a", "region": "east", "trace": "a.json" },
                { "name": "b", "region": "east", "spotCapacity": 2, "priceFactor": 1.5 }
              ]
            }
            """, Token);
        var trace = Path.Combine(bed.Folder, "a.json");
        await File.WriteAllTextAsync(trace, """{"metadata": {"gap_seconds": 86400}, "data": [2]}""", Token);
        var pinned = await image;
        Say("llm-sim is built and pushed");
        await bed.UpAsync(Service + pinned);
        Say("two replicas are ready on machines that were bought");
        var first = await PlacesAsync(bed);
        Assert.Equal(["a", "a"], first.Select(place => place.Zone));

        // A manager of its own, which no replica is on, and never a spot node.
        var nodes = await bed.NodesAsync();
        Assert.Equal(["manager", "worker", "worker"], nodes.Select(node => node.GetProperty("role").GetString()).Order());
        var manager = nodes.Single(node => node.GetProperty("role").GetString() == "manager");
        Assert.Equal((0, false), (manager.GetProperty("replicas").GetInt32(), manager.GetProperty("spot").GetBoolean()));
        Assert.All(nodes, node => Assert.Equal("READY", node.GetProperty("status").GetString()));

        await MetadataIsForTheMachineAsync(bed, first[0].Node);
        Say("its container is kept from the metadata service");

        await using var load = new ClusterLoad(bed.Client);
        await load.MoreAsync(20);

        // By its trace the zone holds one spot node from now on: the other gets its notice, and its replica is replaced first.
        await ChangeTraceAsync(bed, trace, "[1]");
        await ClusterBed.UntilAsync(async () => (await PlacesAsync(bed)).Select(place => place.Zone).Order().SequenceEqual(["a", "b"]), "one stands in the other zone");
        Say("one machine was taken away with notice");
        await load.MoreAsync(20);

        // One is gone at once, without a word, and the controller with it.
        var lost = (await PlacesAsync(bed)).Single(place => place.Zone == "a");
        await TakeAsync(bed, lost.Node);
        await KillControllerAsync(bed);
        await ClusterBed.UntilAsync(async () => (await PlacesAsync(bed)) is { Count: 2 } now && now.All(place => place.Node != lost.Node), "another machine stands in for the one that is gone");
        Say("one machine was gone without notice");
        await load.MoreAsync(20);
        await load.DisposeAsync();
        output.WriteLine($"{load.Results.Count} requests, {load.Results.Count(result => result.IsCutStream)} streams cut with their machine");
        Assert.Empty(load.Results.Where(result => result.Failure is not null && !result.IsCutStream).Select(result => $"{result.Kind}: {result.Failure}"));

        // Nothing was bought twice: two workers and the manager are left.
        await ClusterBed.UntilAsync(() => Task.FromResult(MachinesOf(bed).Length == 3), "three machines are left");
        var left = MachinesOf(bed).Select(Path.GetFileName).ToList();
        Assert.All(left, machine => Assert.Contains(machine!, Namespaces(), StringComparison.Ordinal));
        await bed.DoneAsync("controller", "stop", "--down", "-y");
        Assert.Empty(MachinesOf(bed));
        Assert.All(left, machine => Assert.DoesNotContain(machine!, Namespaces(), StringComparison.Ordinal));
        Assert.DoesNotContain("skysim", await OutOfAsync("ip", "-n", bed.Machines.Hub, "link", "show"), StringComparison.Ordinal);
        await bed.DoneAsync("controller", "start");
        await ClusterBed.UntilAsync(async () => JsonDocument.Parse(await bed.DoneAsync("cluster", "list", "-o", "json")).RootElement.GetArrayLength() == 0, "their cluster is over");
        Assert.Empty(MachinesOf(bed));
        Say("all are given back");
    }

    /// <summary>What stands where clouds have their metadata service answers the machine and not its replica.</summary>
    private static async Task MetadataIsForTheMachineAsync(ClusterBed bed, string node)
    {
        await using var standIn = await MetadataStandIn.StartAsync(bed.Machines, Token);
        using var docker = new DockerApi(Path.Combine(bed.Home.Simulated, "machines", node, "run/docker.sock"));
        var replica = (await docker.ContainersAsync()).Single(container => container.GetProperty("State").GetString() == "running");
        var state = (await docker.GetJsonAsync($"/containers/{replica.GetProperty("Id").GetString()}/json")).GetProperty("State");
        var inReplica = string.Create(CultureInfo.InvariantCulture, $"/proc/{state.GetProperty("Pid").GetInt32()}/ns/net");
        Assert.True(await MetadataStandIn.ReachesAsync($"/run/netns/{node}", MetadataStandIn.Metadata, MetadataStandIn.Web, Token));
        Assert.True(await MetadataStandIn.ReachesAsync(inReplica, MetadataStandIn.Metadata, MetadataStandIn.Dns, Token));
        Assert.False(await MetadataStandIn.ReachesAsync(inReplica, MetadataStandIn.Metadata, MetadataStandIn.Web, Token));
    }

    /// <summary>Ends what a test that failed leaves.</summary>
    private sealed class Remains(ClusterBed bed) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            var script = Path.Combine(bed.Home.Simulated, "machine.sh");
            foreach (var machine in File.Exists(script) ? MachinesOf(bed) : [])
            {
                await bed.SkyAsync("controller", "stop");
                await bed.Machines.InAsync(bed.Machines.Hub, "sh", script, "down", machine, Path.GetFileName(machine), "none");
            }
        }
    }

    private void Say(string what) => output.WriteLine($"{_watch.Elapsed.TotalSeconds:0} s: {what}");

    private static string[] MachinesOf(ClusterBed bed) => Directory.GetDirectories(Path.Combine(bed.Home.Simulated, "machines"));

    private static async Task KillControllerAsync(ClusterBed bed) =>
        Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(bed.Home.ControllerPid, Token), CultureInfo.InvariantCulture)).Kill();

    /// <summary>Settings are read when a controller starts: this one dies, and the next look starts another.</summary>
    private static async Task ChangeTraceAsync(ClusterBed bed, string trace, string data)
    {
        await File.WriteAllTextAsync(trace, $$$"""{"metadata": {"gap_seconds": 86400}, "data": {{{data}}}}""", Token);
        await KillControllerAsync(bed);
    }

    private static async Task TakeAsync(ClusterBed bed, string node)
    {
        var path = Path.Combine(bed.Home.Simulated, "nodes", node + ".json");
        var record = JsonNode.Parse(await File.ReadAllTextAsync(path, Token))!;
        record["endsAt"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(path + ".test", record.ToJsonString(), Token);
        File.Move(path + ".test", path, overwrite: true);
    }

    private static async Task<IReadOnlyList<(string Node, string Zone)>> PlacesAsync(ClusterBed bed)
    {
        var status = JsonDocument.Parse(await bed.DoneAsync("serve", "status", "llm-sim", "-o", "json")).RootElement;
        var replicas = (status.ValueKind == JsonValueKind.Array ? status[0] : status.GetProperty("services")[0]).GetProperty("replicas");
        return
        [
            .. replicas.EnumerateArray().Where(one => one.GetProperty("status").GetString() == "READY")
                .Select(one => (one.GetProperty("node").GetString()!, one.GetProperty("zone").GetString()!)),
        ];
    }

    private static string Namespaces() => string.Join(' ', Directory.GetFileSystemEntries("/run/netns"));

    private static async Task<string> OutOfAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return text;
    }
}
