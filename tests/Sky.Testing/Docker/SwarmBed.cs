using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Sky.Testing.Docker;

/// <summary>
/// Machines of a test's own: each a network namespace with a Docker daemon, joined by a bridge that lives in one more namespace. Nothing of them is reached
/// from the machine's own network; their daemons' sockets are files.
/// </summary>
public sealed class SwarmBed : IAsyncDisposable
{
    private readonly List<string> _namespaces = [];
    private readonly List<DockerDaemon> _daemons = [];

    private SwarmBed(string name) => Name = name;

    /// <summary>Begins the name of every namespace.</summary>
    public string Name { get; }

    /// <summary>The address of the bridge, in its own namespace.</summary>
    public const string HubAddress = "10.99.0.254";

    /// <summary>The namespace of the bridge.</summary>
    public string Hub => Name + "h";

    public IReadOnlyList<DockerDaemon> Nodes => _daemons;

    /// <summary>Null where it can be had, else one line that says why not.</summary>
    public static string? SkipReason => DockerDaemon.SkipReason;

    /// <summary>Machines with daemons that do not know of each other yet.</summary>
    /// <param name="nodes">How many machines.</param>
    /// <param name="daemons">Whether Docker runs there.</param>
    /// <param name="arguments">More arguments of each dockerd.</param>
    public static async Task<SwarmBed> StartAsync(int nodes, bool daemons = true, params string[] arguments)
    {
        var bed = new SwarmBed("sk" + Path.GetRandomFileName()[..6]);
        try
        {
            await bed.AddNamespaceAsync(bed.Hub);
            await bed.InAsync(bed.Hub, "ip", "link", "add", "br0", "type", "bridge");
            await bed.InAsync(bed.Hub, "ip", "addr", "add", HubAddress + "/24", "dev", "br0");
            await bed.InAsync(bed.Hub, "ip", "link", "set", "br0", "up");
            for (var node = 1; node <= nodes; node++)
            {
                await bed.AddMachineAsync(node);
            }

            bed._daemons.AddRange(await Task.WhenAll(Enumerable.Range(1, daemons ? nodes : 0).Select(node => DockerDaemon.StartAsync(bed.NamespaceOf(node), arguments))));
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    /// <summary>The namespace of a machine, counted from 1.</summary>
    public string NamespaceOf(int node) => Name + node.ToString(CultureInfo.InvariantCulture);

    /// <summary>The address of a machine on the bridge.</summary>
    public static string AddressOf(int node) => string.Create(CultureInfo.InvariantCulture, $"10.99.0.{node}");

    /// <summary>Makes one Swarm of all machines, the first of them managers.</summary>
    public async Task JoinAllAsync(int managers = 1)
    {
        await _daemons[0].Api.PostJsonAsync("/swarm/init", new { ListenAddr = "0.0.0.0:2377", AdvertiseAddr = AddressOf(1) });
        var tokens = (await _daemons[0].Api.GetJsonAsync("/swarm")).GetProperty("JoinTokens");
        for (var node = 2; node <= _daemons.Count; node++)
        {
            await _daemons[node - 1].Api.PostJsonAsync("/swarm/join", new
            {
                ListenAddr = "0.0.0.0:2377",
                AdvertiseAddr = AddressOf(node),
                RemoteAddrs = new[] { AddressOf(1) + ":2377" },
                JoinToken = tokens.GetProperty(node <= managers ? "Manager" : "Worker").GetString(),
            });
        }
    }

    /// <summary>Has managers hear of nodes each second, not every fifth: what is lost is known to be so sooner.</summary>
    public async Task HurryAsync()
    {
        var swarm = await _daemons[0].Api.GetJsonAsync("/swarm");
        var spec = JsonNode.Parse(swarm.GetProperty("Spec").GetRawText())!;
        spec["Dispatcher"] = new JsonObject { ["HeartbeatPeriod"] = 1_000_000_000 };
        await _daemons[0].Api.PostJsonAsync($"/swarm/update?version={swarm.GetProperty("Version").GetProperty("Index").GetInt64()}", spec);
    }

    /// <summary>The Swarm id of a machine.</summary>
    public async Task<string> IdOfAsync(int node) =>
        (await _daemons[node - 1].Api.GetJsonAsync("/info")).GetProperty("Swarm").GetProperty("NodeID").GetString()!;

    /// <summary>Cuts a machine off the bridge, or joins it again.</summary>
    public Task CutAsync(int node, bool cut) => InAsync(NamespaceOf(node), "ip", "link", "set", "eth0", cut ? "down" : "up");

    /// <summary>Runs a program in a machine's network.</summary>
    public Task InAsync(string networkNamespace, string program, params string[] arguments) =>
        RunAsync("ip", ["netns", "exec", networkNamespace, program, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in _daemons)
        {
            await daemon.DisposeAsync();
        }

        foreach (var name in _namespaces)
        {
            await RunAsync("ip", ["netns", "del", name]);
        }
    }

    private async Task AddMachineAsync(int node)
    {
        var name = NamespaceOf(node);
        await AddNamespaceAsync(name);
        var port = string.Create(CultureInfo.InvariantCulture, $"p{node}");
        await RunAsync("ip", ["-n", Hub, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", name]);
        await InAsync(Hub, "ip", "link", "set", port, "master", "br0", "up");
        await InAsync(name, "ip", "addr", "add", AddressOf(node) + "/24", "dev", "eth0");
        await InAsync(name, "ip", "link", "set", "eth0", "up");
    }

    private async Task AddNamespaceAsync(string name)
    {
        await RunAsync("ip", ["netns", "add", name]);
        _namespaces.Add(name);
        await InAsync(name, "ip", "link", "set", "lo", "up");
    }

    private static async Task RunAsync(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error}");
        }
    }
}
