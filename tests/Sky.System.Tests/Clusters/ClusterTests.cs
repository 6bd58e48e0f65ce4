using System.Diagnostics;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>The real program over three machines: replicas spread, a drained node, a killed daemon, a machine that is gone, one that returns and one that is removed.</summary>
[Trait("Category", "Heavy")]
public sealed class ClusterTests(ITestOutputHelper output)
{
    private const string Service =
        """
        name: pong
        service:
          readiness_probe: {path: /health, initial_delay_seconds: 300, endpoint_probe_interval_seconds: 1}
          replicas: 6
        resources: {infra: swarm/east, ports: 8080}
        run: |
          exec perl -MIO::Socket::INET -e '$SIG{CHLD} = "IGNORE"; my $s = IO::Socket::INET->new(Listen => 50, LocalPort => 8080, ReuseAddr => 1) or die;
            while (my $c = $s->accept) { next if fork; while (my $l = <$c>) { last if $l eq "\r\n"; } print $c "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"; exit; }'
        """;

    [Fact]
    public async Task Replicas_live_on_over_drained_killed_lost_returning_and_removed_nodes_and_no_request_fails()
    {
        await using var bed = await ClusterBed.StartAsync();
        await bed.FormAsync();
        var file = Path.Combine(Directory.CreateTempSubdirectory("sky-pong-").FullName, "sky-serve.yaml");
        await File.WriteAllTextAsync(file, Service, TestContext.Current.CancellationToken);
        await bed.DoneAsync("serve", "up", file, "-y");
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        Assert.Equal([2, 2, 2], (await bed.ReadyAsync("pong")).GroupBy(one => one.Node).Select(group => group.Count()));

        using var ends = new CancellationTokenSource();
        var load = LoadAsync(bed, ends.Token);

        await CutTheOnlyManagerAsync(bed);
        await bed.DoneAsync("cluster", "drain", "east", "c");
        await ReadyElsewhereAsync(bed, "c", "a node was drained");
        await ClusterBed.UntilAsync(async () => await bed.StatusOfAsync(3) == "DRAINED", "c is drained");
        Assert.DoesNotContain(await bed.Machines.Nodes[2].Api.ContainersAsync(), container => container.GetProperty("State").GetString() == "running");
        await bed.DoneAsync("cluster", "drain", "east", "c", "--undo");

        await bed.Machines.Nodes[1].KillAsync();
        await bed.KillAgentAsync(2);
        await bed.Machines.CutAsync(2, cut: true);
        await ReadyElsewhereAsync(bed, "b", "a whole machine was gone");
        Assert.Equal("NOT_READY", await bed.StatusOfAsync(2));

        await bed.Machines.CutAsync(2, cut: false);
        await bed.Machines.Nodes[1].StartAgainAsync();
        bed.StartAgent(2);
        await ClusterBed.UntilAsync(async () => await bed.StatusOfAsync(2) == "READY", "b is back");
        await ClusterBed.UntilAsync(
            async () => !(await bed.Machines.Nodes[1].Api.ContainersAsync()).Any(container => container.GetProperty("State").GetString() == "running"), "what lived on at b is removed");

        await bed.DoneAsync("cluster", "remove", "east", "b", "-y");
        await ClusterBed.UntilAsync(async () => await bed.StatusOfAsync(2) is null, "b is out of the cluster");
        Assert.Equal("inactive", (await bed.Machines.Nodes[1].Api.GetJsonAsync("/info")).GetProperty("Swarm").GetProperty("LocalNodeState").GetString());

        await ends.CancelAsync();
        var codes = await load;
        output.WriteLine($"{codes.Count} requests");
        Assert.All(codes, code => Assert.Equal(200, code));

        await bed.DoneAsync("serve", "down", "pong", "-y");
        foreach (var node in bed.Machines.Nodes)
        {
            await ClusterBed.UntilAsync(async () => (await node.Api.ContainersAsync()).Count == 0, "no container is left");
            await ClusterBed.UntilAsync(
                async () => !(await node.Api.GetJsonAsync("/volumes")).GetProperty("Volumes").EnumerateArray().Any(), "no volume is left, not even of what was given up while a node was away");
        }

        Assert.Empty((await bed.Machines.Nodes[0].Api.GetJsonAsync("/services")).EnumerateArray());
    }

    /// <summary>What runs goes on on the others, changes wait, and it is said; once it is back, what waited is done.</summary>
    private async Task CutTheOnlyManagerAsync(ClusterBed bed)
    {
        var before = await bed.ReadyAsync("pong");
        await bed.Machines.CutAsync(1, cut: true);
        await ClusterBed.UntilAsync(async () => (await bed.DoneAsync("serve", "status", "pong")).Contains("What runs goes on, and changes wait: ", StringComparison.Ordinal), "status says that changes wait");
        await bed.DoneAsync("serve", "scale", "pong", "7", "-y");
        for (var request = 0; request < 20; request++)
        {
            Assert.Equal(200, await bed.GetAsync("pong"));
        }

        // It hears of no other any more, and calls them down: they are not given up for that when it is back.
        await ClusterBed.UntilAsync(
            async () => (await bed.Machines.Nodes[0].Api.GetJsonAsync("/nodes")).EnumerateArray().Count(node => node.GetProperty("Status").GetProperty("State").GetString() == "down") == 2,
            "the manager hears of no other");
        await bed.Machines.CutAsync(1, cut: false);
        var watch = Stopwatch.StartNew();
        await ClusterBed.UntilAsync(async () => (await bed.ReadyAsync("pong")).Count == 7, "what waited is done");
        output.WriteLine($"the only manager is back: seven ready after {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.Subset((await bed.ReadyAsync("pong")).ToHashSet(), before.ToHashSet());
        await bed.DoneAsync("serve", "scale", "pong", "6", "-y");
        await ClusterBed.UntilAsync(async () => (await bed.ReadyAsync("pong")).Count == 6, "six are ready");
    }

    private static async Task<List<int>> LoadAsync(ClusterBed bed, CancellationToken ends)
    {
        List<int> codes = [];
        while (!ends.IsCancellationRequested)
        {
            codes.Add(await bed.GetAsync("pong"));
        }

        return codes;
    }

    private async Task ReadyElsewhereAsync(ClusterBed bed, string node, string what)
    {
        var watch = Stopwatch.StartNew();
        await ClusterBed.UntilAsync(
            async () => await bed.ReadyAsync("pong") is { Count: 6 } ready && ready.All(one => one.Node != node), $"six replicas are ready elsewhere after {what}");
        output.WriteLine($"{what}: six ready elsewhere after {watch.Elapsed.TotalSeconds:0.0} s");
    }
}
