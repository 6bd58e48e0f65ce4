using System.Diagnostics;
using Sky.Testing.Docker;
using Sky.Testing.Processes;
using Sky.Testing.Ssh;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>
/// A bare Debian or Ubuntu that boots with systemd becomes a cluster's first node, by the program as it is published, in one file. Its packages are fetched before, since its
/// network leads to no mirror; nothing else is prepared.
/// </summary>
[Trait("Category", "Heavy")]
public sealed class BareMachineTests(PublishedProgram program, ITestOutputHelper output) : IClassFixture<PublishedProgram>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bookworm", "root")]
    [InlineData("noble", "admin")]
    public async Task A_bare_machine_becomes_a_node_over_SSH_and_stays_one_when_its_agent_starts_anew(string suite, string user)
    {
        Assert.SkipWhen(BareMachine.SkipReason is not null, BareMachine.SkipReason ?? "");
        await using var bed = await ClusterBed.StartAsync(nodes: 1, daemons: false);
        await using var machine = await StartAsync(bed, suite);
        var binary = await program.PathAsync();
        await ClusterBed.UntilAsync(async () => await OnAsync("systemctl is-system-running --wait") == "running", $"it has booted\n{machine.Log}");
        Assert.Equal("", await OnAsync("command -v dockerd curl"));

        string[] join = ["--ssh", $"{user}@{machine.Address}", "--identity", machine.Key, "--ssh-config", machine.ClientConfig, "--binary", binary];
        var watch = Stopwatch.StartNew();
        await bed.DoneAsync(["cluster", "create", "east", "--no-encryption", "--node", "a", .. join]);
        output.WriteLine($"a bare {suite} is a node after {watch.Elapsed.TotalSeconds:0} s");

        Assert.Equal("READY", await bed.StatusOfAsync(1));
        Assert.Equal("active\nactive", await OnAsync("systemctl is-active docker skyswarm-node"));
        Assert.Equal("enabled\nenabled", await OnAsync("systemctl is-enabled docker skyswarm-node"));
        Assert.Contains("no-new-privileges", await OnAsync("ps -o args= -C dockerd; cat /etc/docker/daemon.json"), StringComparison.Ordinal);
        Assert.Equal("*:2377\n*:7946\n0.0.0.0:46600".Split('\n').Order(), (await OnAsync("ss -Hltn | awk '{print $4}' | grep -v -e '^127[.]' -e ':22$'"))!.Split('\n').Order());
        Assert.Equal("600 root", await OnAsync("stat -c '%a %U' /etc/skyswarm/token"));
        var secret = (await OnAsync("cut -d. -f3 /etc/skyswarm/token"))!;
        Assert.Equal(43, secret.Length);
        Assert.DoesNotContain(secret, await OnAsync("journalctl --no-pager; cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' ' '"), StringComparison.Ordinal);

        // Whatever takes the rules away, neither the daemon nor the agent starts without them.
        const string Rules = "iptables -t raw -S PREROUTING | grep -c DROP; ip6tables -t raw -S PREROUTING | grep -c DROP";
        Assert.Equal("4\n2", await OnAsync(Rules));
        await OnAsync("iptables -t raw -F; ip6tables -t raw -F; systemctl restart skyswarm-node");
        Assert.Equal("4\n2", await OnAsync(Rules));
        await OnAsync("iptables -t raw -F; ip6tables -t raw -F; systemctl restart docker");
        Assert.Equal("4\n2", await OnAsync(Rules));
        await OnAsync("systemctl restart docker skyswarm-node");
        await ClusterBed.UntilAsync(async () => await bed.StatusOfAsync(1) == "READY", "it is ready again");
        await bed.DoneAsync(["cluster", "join", "east", "a", "--manager", .. join]);

        async Task<string?> OnAsync(string command) => (await machine.RunAsync(bed.Machines.Hub, command))?.Trim();
    }

    private static async Task<BareMachine> StartAsync(ClusterBed bed, string suite)
    {
        try
        {
            return await BareMachine.StartAsync(bed.Machines.NamespaceOf(1), SwarmBed.AddressOf(1), suite);
        }
        catch (InvalidOperationException failure) when (failure.Message.StartsWith(BareMachine.Unfetched, StringComparison.Ordinal))
        {
            Assert.Skip(failure.Message);
            throw;
        }
    }
}
