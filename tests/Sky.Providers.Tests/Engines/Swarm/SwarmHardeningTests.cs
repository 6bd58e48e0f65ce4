using System.Globalization;
using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>What a replica on a Swarm can do, asked within real containers. What the node's daemon denies by default is not in these: see the script that makes nodes.</summary>
[Collection(SwarmWorld.Collection)]
public sealed class SwarmHardeningTests(SharedSwarm shared) : EngineTestBase, IAsyncLifetime
{
    private const string Script =
        """
        while read -r name value; do case $name in CapEff:|CapBnd:|Seccomp:) echo $name$value;; esac; done </proc/self/status
        echo "user:$(id -u)"
        while read -r device path kind options rest; do [ $path = /dev/shm ] && echo "shm:$options"; done </proc/mounts
        touch /x 2>/dev/null && echo root:written
        touch /tmp/x && echo tmp:written
        exit 0
        """;

    private SwarmWorld? _world;

    protected override IEngine Engine => _world!.Engine;

    protected override string? NodeOfReplicas => _world!.Nodes.Ids.Single();

    public async ValueTask InitializeAsync() => _world = await SwarmWorld.StartAsync(shared);

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    [Fact]
    public async Task Baseline_is_root_with_few_capabilities()
    {
        var seen = await RunAsync(SecuritySpec.Default);

        // Docker's fourteen without NET_RAW, MKNOD and AUDIT_WRITE, by their numbers in capability.h.
        var capabilities = (1L << 0 | 1L << 1 | 1L << 3 | 1L << 4 | 1L << 5 | 1L << 6 | 1L << 7 | 1L << 8 | 1L << 10 | 1L << 18 | 1L << 31).ToString("x16", CultureInfo.InvariantCulture);
        Assert.Equal([$"CapEff:{capabilities}", $"CapBnd:{capabilities}", "Seccomp:2", "user:0", "root:written", "tmp:written"], seen.Where(IsNoMemory));
        Assert.Contains("size=131072k", Assert.Single(seen, line => !IsNoMemory(line)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restricted_has_no_capability_is_nobody_and_cannot_write_its_root()
    {
        var seen = await RunAsync(new SecuritySpec { Profile = SecurityProfile.Restricted });

        Assert.Equal([$"CapEff:{0:x16}", $"CapBnd:{0:x16}", "Seccomp:2", "user:65532", "tmp:written"], seen.Where(IsNoMemory));
    }

    [Fact]
    public async Task Its_limits_are_those_of_the_file()
    {
        await Engine.RunAsync(Limited(Forever, new SecuritySpec { PidsLimit = 77 }), Cancel);
        await UntilAsync(Key(), EngineReplicaState.Running);
        var container = Assert.Single(await _world!.Api.ContainersAsync());
        var host = (await _world.Api.GetJsonAsync($"/containers/{container.GetProperty("Id").GetString()}/json")).GetProperty("HostConfig");

        Assert.Equal(
            (500_000_000, 256L << 20, 77),
            (host.GetProperty("NanoCpus").GetInt64(), host.GetProperty("Memory").GetInt64(), host.GetProperty("PidsLimit").GetInt64()));
        Assert.Equal((false, ""), (host.GetProperty("Privileged").GetBoolean(), host.GetProperty("PidMode").GetString()));
        Assert.Empty(host.GetProperty("PortBindings").EnumerateObject());
    }

    [Fact]
    public async Task What_takes_more_memory_than_its_limit_is_ended_and_says_so()
    {
        var request = Request(Key(), "perl -e '$x .= \"x\" x 1048576 while 1'\nexit 9");
        await Engine.RunAsync(request with { Resources = new ResourceCandidate { Memory = new ResourceAmount(0.03125, AtLeast: false) } }, Cancel);

        Assert.True((await UntilAsync(Key(), EngineReplicaState.Exited)).Exit?.OutOfMemory);
    }

    [Fact]
    public async Task What_the_nodes_deny_to_all_is_not_given_to_one()
    {
        await Engine.RunAsync(Limited(Forever, new SecuritySpec { AllowPrivilegeEscalation = true }), Cancel);

        Assert.StartsWith("on a cluster nothing may gain rights", (await UntilAsync(Key(), EngineReplicaState.Exited)).ProvisionError, StringComparison.Ordinal);
    }

    private static bool IsNoMemory(string line) => !line.StartsWith("shm:", StringComparison.Ordinal);

    private RunRequest Limited(string run, SecuritySpec security)
    {
        var request = Request(Key(), run);
        return request with
        {
            Task = request.Task with { Security = security },
            Resources = new ResourceCandidate { Cpus = new ResourceAmount(0.5, AtLeast: false), Memory = new ResourceAmount(0.25, AtLeast: false) },
        };
    }

    private async Task<List<string>> RunAsync(SecuritySpec security)
    {
        await Engine.RunAsync(Limited(Script, security), Cancel);
        await UntilAsync(Key(), EngineReplicaState.Exited);
        return await LinesAsync(Key(), null);
    }
}
