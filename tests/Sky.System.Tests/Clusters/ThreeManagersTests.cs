using System.Diagnostics;
using System.Globalization;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>
/// The real program over three machines that are all managers, with six replicas of the simulated LLM under load: what happens to daemons, machines, managers
/// and certificates costs no client an answer that a gateway may get by asking again, and nothing runs twice.
/// </summary>
[Trait("Category", "Heavy")]
public sealed class ThreeManagersTests(ITestOutputHelper output)
{
    private const string Service =
        """
        name: llm-sim
        service:
          models: sim
          readiness_probe: {path: /health, initial_delay_seconds: 300, endpoint_probe_interval_seconds: 1}
          replicas: 6
        resources: {infra: swarm/east, ports: 8000}
        envs: {LLM_SIM_MODEL: sim, LLM_SIM_TTFT_MS: "20", LLM_SIM_DECODE_RATE: "50", LLM_SIM_SLOTS: "32", LLM_SIM_CONTEXT_TOKENS: "400000"}
        security: {profile: restricted}
        image: 
        """;

    private static readonly TimeSpan FirstCertificate = TimeSpan.FromMinutes(2);
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Six_replicas_serve_on_whatever_happens_to_certificates_daemons_machines_and_managers()
    {
        Assert.SkipWhen(LocalRegistry.SkipReason is not null, LocalRegistry.SkipReason ?? "");
        await using var bed = await ClusterBed.StartAsync();
        await using var registry = await LocalRegistry.StartAsync(bed.Machines);
        var image = bed.PushAsync("llm-sim");
        await bed.FormAsync(managers: 3);
        await bed.Machines.HurryAsync();
        Say("three managers are one cluster");
        await bed.UpAsync(Service + await image);
        Assert.Equal([2, 2, 2], (await bed.ReadyAsync("llm-sim")).GroupBy(one => one.Node).Select(group => group.Count()));
        Say("six replicas are ready");

        var first = await NewGatewayAsync(bed);
        await using var load = new ClusterLoad(bed.Client);
        await load.MoreAsync(20);
        await RotateAndDrainAsync(bed);
        Assert.DoesNotContain(load.Results, result => result.IsCutStream);

        var leader = await LeaderAsync(bed);
        var due = new Rotation(bed).Due(Now + TimeSpan.FromMinutes(30));
        using var stream = await OpenStream.FromAsync(bed, leader, Token);
        var others = new[] { 1, 2, 3 }.Where(node => node != leader).ToList();
        await LoseDaemonAsync(bed, load, others[0]);
        await LoseMachineAsync(bed, load, others[1]);
        await RenewedAsync(bed, due, stream);
        await CutLeaderAsync(bed, load, leader);
        await CutMajorityAsync(bed, load, leader);
        await RemoveAsync(bed);

        await ClusterBed.UntilAsync(() => Task.FromResult(Now > first), "the gateway's first certificate has ended");
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => ClusterLoad.AskAsync(bed.Client, LoadKind.Plain, 5))), result => Assert.Null(result.Failure));
        await load.DisposeAsync();
        Say($"{load.Results.Count} requests, {load.Results.Count(result => result.IsCutStream)} streams cut with their machines, longest {load.Results.Max(result => result.Took).TotalSeconds:0.0} s");
        Assert.All(
            load.Results.Where(result => result.Failure is not null && !result.IsCutStream),
            failed => Assert.Fail($"{failed}\n{string.Join('\n', RoutedAround.Told(File.ReadLines(bed.Home.GatewayLog), failed))}"));
        await DownAsync(bed);
    }

    /// <summary>A gateway that knows no certificate but one that ends soon.</summary>
    private static async Task<DateTimeOffset> NewGatewayAsync(ClusterBed bed)
    {
        var end = Now + FirstCertificate;
        new Rotation(bed).GatewayUntil(end);
        var pid = await File.ReadAllTextAsync(bed.Home.GatewayPid, Token);
        Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture)).Kill();
        await ClusterBed.UntilAsync(
            async () => await File.ReadAllTextAsync(bed.Home.GatewayPid, Token) is { Length: > 0 } other && other != pid && (await ClusterLoad.AskAsync(bed.Client, LoadKind.Plain, 5)).Failure is null,
            "another gateway serves");
        return end;
    }

    /// <summary>Streams go on to their ends while the certificates of both ends of their connections are exchanged, and while their node is emptied.</summary>
    private async Task RotateAndDrainAsync(ClusterBed bed)
    {
        var begun = Enumerable.Range(0, 9).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToList();
        var streams = begun.Select(one => ClusterLoad.AskAsync(bed.Client, LoadKind.Stream, 500, one)).ToList();
        await Task.WhenAll(begun.Select(one => one.Task));
        var rotation = new Rotation(bed);
        rotation.All();
        for (var node = 1; node <= 3; node++)
        {
            Assert.True(await rotation.IsShownAsync(node, Token));
        }

        await bed.DoneAsync("cluster", "drain", "east", "c");
        await ElsewhereAsync(bed, 3, 6, "a node was drained");
        Assert.All(await Task.WhenAll(streams), stream => Assert.Null(stream.Failure));
        await ClusterBed.UntilAsync(async () => await bed.StatusOfAsync(3) == "DRAINED", "c is drained");
        await bed.DoneAsync("cluster", "drain", "east", "c", "--undo");
        await OnceEachAsync(bed);
    }

    /// <summary>Agents renew certificates that are due by themselves, and a stream that was there before goes on.</summary>
    private async Task RenewedAsync(ClusterBed bed, IReadOnlyList<string> due, OpenStream stream)
    {
        var rotation = new Rotation(bed);
        for (var node = 1; node <= due.Count; node++)
        {
            await ClusterBed.UntilAsync(() => rotation.IsRenewedAsync(node, due[node - 1], Token), $"the agent of {ClusterBed.NameOf(node)} has a new certificate");
        }

        var read = stream.MoreAsync(50, Token);
        await ClusterBed.UntilAsync(() => Task.FromResult(read.IsCompleted), "the stream goes on");
        await read;
        stream.Dispose();
        Say("agents have renewed their certificates, and a stream from before goes on");
    }

    private async Task LoseDaemonAsync(ClusterBed bed, ClusterLoad load, int node)
    {
        var began = Now;
        await bed.Machines.Nodes[node - 1].KillAsync();
        await ElsewhereAsync(bed, node, 6, "a daemon was killed");
        Tell(bed, load, began, "a daemon was killed");
        await bed.Machines.Nodes[node - 1].StartAgainAsync();
        await BackAsync(bed, node);
    }

    private async Task LoseMachineAsync(ClusterBed bed, ClusterLoad load, int node)
    {
        var began = Now;
        await bed.Machines.Nodes[node - 1].KillAsync();
        await bed.KillAgentAsync(node);
        await bed.Machines.CutAsync(node, cut: true);
        await ElsewhereAsync(bed, node, 6, "a whole machine was gone");
        Tell(bed, load, began, "a whole machine was gone");
        await bed.Machines.CutAsync(node, cut: false);
        await bed.Machines.Nodes[node - 1].StartAgainAsync();
        bed.StartAgent(node);
        await BackAsync(bed, node);
    }

    /// <summary>Two of three managers go on: another one leads, and changes are made.</summary>
    private async Task CutLeaderAsync(ClusterBed bed, ClusterLoad load, int leader)
    {
        var (began, watch) = (Now, Stopwatch.StartNew());
        await bed.Machines.CutAsync(leader, cut: true);
        await bed.DoneAsync("serve", "scale", "llm-sim", "7", "-y");
        await ClusterBed.UntilAsync(async () => await LeaderAsync(bed) is var other && other != 0 && other != leader, "another manager leads");
        Say($"the leader was cut off: another leads after {watch.Elapsed.TotalSeconds:0.0} s");
        await ElsewhereAsync(bed, leader, 7, "the leader was cut off");
        Tell(bed, load, began, "the leader was cut off");
    }

    /// <summary>One of three managers is no majority: what runs there serves on, changes wait, and it is said. Then all are back.</summary>
    private async Task CutMajorityAsync(ClusterBed bed, ClusterLoad load, int leader)
    {
        var (began, second) = (Now, await LeaderAsync(bed));
        await bed.Machines.CutAsync(second, cut: true);
        await ClusterBed.UntilAsync(async () => (await bed.DoneAsync("serve", "status", "llm-sim")).Contains("What runs goes on, and changes wait: ", StringComparison.Ordinal), "status says that changes wait");
        Tell(bed, load, began, "the majority of managers was cut off");
        Assert.Contains("What runs goes on, and changes wait: ", await bed.DoneAsync("serve", "status", "llm-sim", "-v"), StringComparison.Ordinal);
        Assert.Contains("\"trouble\": \"What runs goes on, and changes wait: ", await bed.DoneAsync("serve", "status", "llm-sim", "-o", "json"), StringComparison.Ordinal);
        Assert.Contains("what runs goes on, and changes wait", await bed.DoneAsync("cluster", "list", "-o", "json"), StringComparison.Ordinal);
        await bed.DoneAsync("serve", "scale", "llm-sim", "8", "-y");
        await load.MoreAsync(100);
        Assert.True((await bed.ReadyAsync("llm-sim")).Count < 8);

        await bed.Machines.CutAsync(second, cut: false);
        await bed.Machines.CutAsync(leader, cut: false);
        await ClusterBed.UntilAsync(async () => (await bed.ReadyAsync("llm-sim")).Count == 8, "what waited is done");
        Say("all managers are back, and what waited is done");
        Assert.DoesNotContain("changes wait", await bed.DoneAsync("serve", "status", "llm-sim"), StringComparison.Ordinal);
        await BackAsync(bed, leader);
        await BackAsync(bed, second);
    }

    private async Task RemoveAsync(ClusterBed bed)
    {
        await bed.DoneAsync("cluster", "drain", "east", "c");
        await ElsewhereAsync(bed, 3, 8, "a node is to be removed");
        await ClusterBed.UntilAsync(async () => await bed.StatusOfAsync(3) == "DRAINED", "c is drained");
        await bed.DoneAsync("cluster", "remove", "east", "c", "-y");
        await ClusterBed.UntilAsync(async () => await bed.StatusOfAsync(3) is null, "c is out of the cluster");
        Assert.Equal("inactive", (await bed.Machines.Nodes[2].Api.GetJsonAsync("/info")).GetProperty("Swarm").GetProperty("LocalNodeState").GetString());
    }

    private static async Task DownAsync(ClusterBed bed)
    {
        await bed.DoneAsync("serve", "down", "llm-sim", "-y");
        Assert.Empty((await bed.Machines.Nodes[0].Api.GetJsonAsync("/services")).EnumerateArray());
        foreach (var node in bed.Machines.Nodes)
        {
            await ClusterBed.UntilAsync(async () => (await node.Api.ContainersAsync()).Count == 0, "no container is left");
            await ClusterBed.UntilAsync(
                async () => !(await node.Api.GetJsonAsync("/volumes")).GetProperty("Volumes").EnumerateArray().Any(), "no volume is left, not even of what was given up while the node was away");
        }
    }

    private static async Task<int> LeaderAsync(ClusterBed bed) =>
        (await bed.NodesAsync()).Where(node => node.GetProperty("leader").GetBoolean()).Select(node => ClusterBed.NumberOf(node.GetProperty("name").GetString()!)).FirstOrDefault();

    private async Task ElsewhereAsync(ClusterBed bed, int node, int replicas, string what)
    {
        var watch = Stopwatch.StartNew();
        await ClusterBed.UntilAsync(
            async () => await bed.ReadyAsync("llm-sim") is var ready && ready.Count == replicas && ready.All(one => one.Node != ClusterBed.NameOf(node)), $"{replicas} replicas are ready elsewhere after {what}");
        Say($"{what}: {replicas} replicas ready elsewhere after {watch.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>The node is ready again, and nothing that was given up lives on there.</summary>
    private async Task BackAsync(ClusterBed bed, int node)
    {
        await ClusterBed.UntilAsync(async () => await bed.StatusOfAsync(node) == "READY", $"{ClusterBed.NameOf(node)} is back");
        await ClusterBed.UntilAsync(
            async () =>
            {
                var wanted = (await bed.ReadyAsync("llm-sim")).Select(one => one.Id).ToHashSet();
                return (await bed.ContainersAsync()).All(replica => wanted.Contains(replica.Key) || replica.All(one => one.GetProperty("State").GetString() != "running"));
            },
            "what was given up is removed");
        await OnceEachAsync(bed);
        Say($"{ClusterBed.NameOf(node)} is back");
    }

    /// <summary>No replica has two containers that run, on whatever machines.</summary>
    private static async Task OnceEachAsync(ClusterBed bed) =>
        Assert.All(await bed.ContainersAsync(), replica => Assert.True(replica.Count(one => one.GetProperty("State").GetString() == "running") <= 1, $"replica {replica.Key} runs twice"));

    private void Tell(ClusterBed bed, ClusterLoad load, DateTimeOffset began, string what)
    {
        var since = load.Since(began);
        var text = $"{since.Count} requests, {since.Count(result => result.Attempt > 1)} answered by a second replica; longest {since.Max(result => result.Took).TotalSeconds:0.0} s; {since.Count(result => result.IsCutStream)} streams cut";
        Say($"{what}: {text}; {RoutedAround.Text(began, File.ReadLines(bed.Home.GatewayLog), since)}");
    }

    private void Say(string what) => output.WriteLine($"{_watch.Elapsed.TotalSeconds:0} s: {what}");
}
