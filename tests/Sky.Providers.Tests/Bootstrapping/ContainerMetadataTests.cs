using System.Diagnostics;
using System.Globalization;
using Sky.Core.Nodes;
using Sky.Providers.Bootstrapping;
using Sky.Testing.Docker;
using Xunit;
using static Sky.Testing.Docker.MetadataStandIn;

namespace Sky.Providers.Tests.Bootstrapping;

/// <summary>
/// Containers of a real daemon and the rules that the bootstrap script installs, in the network of a machine of the test's own. Stand-ins for the clouds' services
/// answer at their addresses behind that machine's gateway.
/// </summary>
public sealed class ContainerMetadataTests : IAsyncLifetime
{
    private const string Image = "sky-metadata:1";
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-metadata-").FullName;
    private SwarmBed? _bed;
    private MetadataStandIn? _standIn;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SwarmBed Bed => _bed!;

    private DockerDaemon Daemon => Bed.Nodes[0];

    private string Script => Path.Combine(_folder, "usr/local/bin/sky-container-metadata");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(SwarmBed.SkipReason is not null, SwarmBed.SkipReason ?? "");
        _bed = await SwarmBed.StartAsync(1);
        await Bed.InAsync(Bed.Hub, "ip", "addr", "add", "fd99::fe/64", "dev", "br0", "nodad");
        await Bed.InAsync(Bed.NamespaceOf(1), "ip", "addr", "add", "fd99::1/64", "dev", "eth0", "nodad");
        await Bed.InAsync(Bed.NamespaceOf(1), "ip", "route", "add", "default", "via", SwarmBed.HubAddress);
        await Bed.InAsync(Bed.NamespaceOf(1), "ip", "-6", "route", "add", "default", "via", "fd99::fe");
        _standIn = await MetadataStandIn.StartAsync(Bed, Cancel);
        await (await TestImage.BuildAsync(["sleep"])).ImportAsync(Daemon.Api, Image);
        await InstallAsync();
    }

    [Fact]
    public async Task No_container_reaches_it_and_the_machine_does_and_names_are_answered()
    {
        await Daemon.Api.PostJsonAsync("/swarm/init", new { ListenAddr = "0.0.0.0:2377", AdvertiseAddr = SwarmBed.AddressOf(1) });
        await Daemon.Api.PostJsonAsync("/networks/create", new { Name = "sky-over", Driver = "overlay", Attachable = true });
        var containers = new[] { await RunAsync("bridge"), await RunAsync("sky-over") };
        foreach (var container in containers)
        {
            // Docker alone lets it through: what is tried below is stopped by the rules and by nothing else.
            Assert.True(await ReachesAsync(container, Metadata, Web));
            Assert.True(await ReachesAsync(container, WireServer, Web));
        }

        await CloseAsync();

        Assert.DoesNotContain(true, await Task.WhenAll(containers.SelectMany(container => new[] { ReachesAsync(container, Metadata, Web), ReachesAsync(container, WireServer, Web) })));
        foreach (var container in containers)
        {
            Assert.True(await ReachesAsync(container, Metadata, Dns));
            Assert.True(await ReachesAsync(container, WireServer, Dns));
        }

        Assert.All(await DroppedAsync(), packets => Assert.True(packets >= containers.Length));
        Assert.True(await ReachesAsync(null, Metadata, Web));
        Assert.True(await ReachesAsync(null, WireServer, Web));
    }

    [Fact]
    public async Task The_rules_stand_once_and_stay_when_the_daemon_starts_anew_and_makes_networks()
    {
        await CloseAsync();
        var rules = await RulesAsync();
        Assert.Equal(4, rules.Count(rule => rule.Contains("-j DROP", StringComparison.Ordinal)));
        await CloseAsync();
        Assert.Equal(rules, await RulesAsync());

        await Daemon.StopAsync();
        await Daemon.StartAgainAsync();
        await Daemon.Api.PostJsonAsync("/networks/create", new { Name = "sky-new", Driver = "bridge" });
        Assert.Equal(rules, await RulesAsync());
        Assert.False(await ReachesAsync(await RunAsync("sky-new"), Metadata, Web));
        Assert.True(await ReachesAsync(null, Metadata, Web));

        await InMachineAsync(Script, "open");
        Assert.DoesNotContain(await RulesAsync(), rule => rule.Contains("-j DROP", StringComparison.Ordinal));
        Assert.True(await ReachesAsync(await RunAsync("sky-new"), Metadata, Web));
    }

    [Fact]
    public async Task It_holds_over_IPv6_as_well()
    {
        // A container's network by hand, since Docker gives none of IPv6 unless it is told to.
        var container = Bed.Name + "c";
        await RunProgramAsync("ip", ["netns", "add", container]);
        try
        {
            await RunProgramAsync("ip", ["-n", Bed.NamespaceOf(1), "link", "add", "c0", "type", "veth", "peer", "name", "eth0", "netns", container]);
            await Bed.InAsync(Bed.NamespaceOf(1), "ip", "addr", "add", "fd98::1/64", "dev", "c0", "nodad");
            await Bed.InAsync(Bed.NamespaceOf(1), "ip", "link", "set", "c0", "up");
            await Bed.InAsync(container, "ip", "addr", "add", "fd98::2/64", "dev", "eth0", "nodad");
            await Bed.InAsync(container, "ip", "link", "set", "eth0", "up");
            await Bed.InAsync(container, "ip", "-6", "route", "add", "default", "via", "fd98::1");
            await Bed.InAsync(Bed.Hub, "ip", "-6", "route", "add", "fd98::/64", "via", "fd99::1");
            await Bed.InAsync(Bed.NamespaceOf(1), "sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding");
            var at = $"/run/netns/{container}";
            Assert.True(await ReachesAsync(at, MetadataV6, Web));
            await CloseAsync();
            Assert.False(await ReachesAsync(at, MetadataV6, Web));
            Assert.True(await ReachesAsync(null, MetadataV6, Web));
        }
        finally
        {
            await RunProgramAsync("ip", ["netns", "del", container]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_standIn is not null)
        {
            await _standIn.DisposeAsync();
        }

        if (_bed is not null)
        {
            await _bed.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Runs the bootstrap script in a root of its own, where it starts nothing: what it installs is taken from there.</summary>
    private async Task InstallAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "etc"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "etc/os-release"), "ID=debian\n", Cancel);
        var program = Path.Combine(_folder, "program");
        await File.WriteAllTextAsync(program, "#!/bin/sh\n", Cancel);
        var script = Path.Combine(_folder, "node.sh");
        await File.WriteAllTextAsync(script, NodeScript.Generate(new NodeBootstrap
        {
            Binary = new Uri(program),
            BinarySha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(program, Cancel))),
            Controller = new Uri("https://127.0.0.1:1"),
            Node = new NodeKey(new ClusterName("c1"), new NodeName("n1")),
        }), Cancel);
        await RunProgramAsync("env", ["SKY_ROOT=" + _folder, "sh", script]);
    }

    private Task CloseAsync() => InMachineAsync(Script, "close");

    private Task<string> InMachineAsync(string program, params string[] arguments) => RunProgramAsync("ip", ["netns", "exec", Bed.NamespaceOf(1), program, .. arguments]);

    private async Task<IReadOnlyList<string>> RulesAsync() =>
        (await InMachineAsync("iptables", "-t", "raw", "-S", "PREROUTING")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>How many packets each of the rules for TCP has dropped.</summary>
    private async Task<IReadOnlyList<int>> DroppedAsync() =>
    [
        .. (await InMachineAsync("iptables", "-t", "raw", "-vnxL", "PREROUTING")).Split('\n')
            .Where(line => line.Contains(" DROP ", StringComparison.Ordinal) && line.Contains("tcp", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture)),
    ];

    /// <summary>A container that only stands there; the path of its network.</summary>
    private async Task<string> RunAsync(string network)
    {
        var made = await Daemon.Api.PostJsonAsync("/containers/create", new { Image, Cmd = new[] { "sleep", "600" }, HostConfig = new { NetworkMode = network } });
        var id = made.GetProperty("Id").GetString();
        await Daemon.Api.PostAsync($"/containers/{id}/start");
        var pid = (await Daemon.Api.GetJsonAsync($"/containers/{id}/json")).GetProperty("State").GetProperty("Pid").GetInt32();
        return string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net");
    }

    /// <summary>Whether who is in a network is answered: a container's, or the machine's own (null).</summary>
    private Task<bool> ReachesAsync(string? network, string address, int port) =>
        MetadataStandIn.ReachesAsync(network ?? "/run/netns/" + Bed.NamespaceOf(1), address, port, Cancel);

    private static async Task<string> RunProgramAsync(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(Cancel);
        var text = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await error}");
    }
}
