using System.Net;
using System.Net.Sockets;
using Sky.Cli.Client;
using Sky.Cli.Hosting;
using Sky.Controller.Api;
using Sky.Controller.Clusters;
using Sky.Core.Nodes;
using Sky.Providers.Bootstrapping;
using Sky.Providers.Bootstrapping.Machines;

namespace Sky.Cli.Clusters;

/// <summary>Makes a machine a node: looks at it, announces it, runs the script there, and waits until it is part of the cluster. All of it may be repeated.</summary>
internal sealed class MachineJoin(CliContext context, Settings settings, ControllerClient client)
{
    private const int DefaultControllerPort = 46591;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Throws <see cref="CliException"/>, and what the controller's verbs throw.</summary>
    /// <param name="machine">Which machine.</param>
    /// <param name="node">What it is to be.</param>
    /// <param name="role">Its part in the cluster.</param>
    /// <param name="spot">Whether its cloud may take it away.</param>
    /// <param name="cancellationToken">Ctrl-C; what is done stays.</param>
    public async Task RunAsync(MachineRequest machine, NodeKey node, NodeRole role, bool spot, CancellationToken cancellationToken)
    {
        try
        {
            await JoinAsync(machine, node, role, spot, cancellationToken);
        }
        catch (MachineException failure)
        {
            throw CliException.Failed(failure.Message);
        }
    }

    private async Task JoinAsync(MachineRequest machine, NodeKey node, NodeRole role, bool spot, CancellationToken cancellationToken)
    {
        var program = await ProgramAsync(machine, cancellationToken);
        Say(node, $"looking at {machine.Machine.Name}");
        var facts = await machine.Machine.LookAsync(cancellationToken);
        var address = machine.Address ?? facts.Address?.ToString()
            ?? throw CliException.InputWrong($"{machine.Machine.Name} does not tell an address at which others reach it: name it with --address IP.");
        var known = await FindAsync(node, cancellationToken);
        var joined = known is not null && known.Status != "JOINING" && known.Address == address;
        var announced = joined ? null : await client.Clusters.JoinAsync(node.Cluster.Value, new JoinNodeRequest(node.Node.Value, address, role, spot), cancellationToken);
        if (announced is { Controller: null })
        {
            throw CliException.Failed("The controller does not listen for nodes: start it with SKY_CONTROLLER_NODE_LISTEN (such as https://0.0.0.0:46591), and run this again. Nothing was done on the machine.");
        }

        var binary = await machine.Machine.CopyAsync(program, line => Say(node, line), cancellationToken);
        var bootstrap = new NodeBootstrap
        {
            Binary = binary,
            BinarySha256 = program.Sha256,
            Controller = machine.Controller ?? Controller(announced?.Controller ?? settings.ControllerNodeListen, address),
            Node = node,
            Token = announced is null ? null : EnrolmentToken.Parse(announced.Token),
            DockerSocket = machine.DockerSocket,
            AllowMetadata = machine.AllowMetadata,
        };
        await machine.Machine.RunAsync(bootstrap, line => Say(node, line), cancellationToken);
        await WaitAsync(machine.Machine, node, cancellationToken);
        context.Screen.Line($"Node '{node.Node}' of cluster '{node.Cluster}' is ready at {address}.");
        if (announced?.Advice is { } advice)
        {
            context.Screen.Warn(advice);
        }
    }

    private async Task WaitAsync(Machine machine, NodeKey node, CancellationToken cancellationToken)
    {
        Say(node, "waiting until it is part of the cluster");
        var reason = "";
        for (var until = context.Time.GetUtcNow() + Patience; context.Time.GetUtcNow() < until; await Task.Delay(Pause, context.Time, cancellationToken))
        {
            var seen = await FindAsync(node, cancellationToken);
            if (seen is null)
            {
                throw CliException.Failed($"Node '{node.Node}' of cluster '{node.Cluster}' was removed meanwhile.");
            }

            if (seen.Status is "READY" or "DRAINING" or "DRAINED")
            {
                return;
            }

            if (seen.Reason is { } now && now != reason)
            {
                reason = now;
                Say(node, now);
            }
        }

        foreach (var line in await machine.AgentLogAsync(cancellationToken))
        {
            Say(node, line);
        }

        throw CliException.Failed(
            $"The agent was started on {machine.Name}, and node '{node.Node}' is not part of the cluster after {Patience.TotalMinutes:0} minutes ({reason}). It goes on trying: see `{context.ProgramName} cluster list`. "
            + $"The machine must reach the controller, and the controller its port {NodeHost.DefaultPort}; `journalctl -u skyswarm-node` there has the agent's log.");
    }

    private async Task<ClusterNodeView?> FindAsync(NodeKey node, CancellationToken cancellationToken) =>
        (await client.Clusters.ListAsync(cancellationToken)).FirstOrDefault(cluster => cluster.Name == node.Cluster.Value)?.Nodes.FirstOrDefault(one => one.Name == node.Node.Value);

    /// <summary>This program where it is one file, else the one that is named.</summary>
    private async Task<NodeProgram> ProgramAsync(MachineRequest machine, CancellationToken cancellationToken)
    {
        if (machine.Binary is null && (context.Self.Count != 1 || File.Exists(Path.Combine(AppContext.BaseDirectory, "sky.dll"))))
        {
            throw CliException.InputWrong(
                "This sky is many files and needs the .NET runtime; a node is given one file that runs by itself. In a checkout, "
                + "`dotnet publish src/Sky.Cli -c Release -r linux-x64 --self-contained -p:PublishSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true -o build` makes it: then --binary build/sky");
        }

        var path = machine.Binary ?? context.Self[0];
        try
        {
            return await NodeProgram.ReadAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Failed($"{path} cannot be read: {failure.Message}");
        }
    }

    /// <summary>Where the controller listens, as the machine reaches it: the address of the controller's machine where that is named, else this machine's own towards it.</summary>
    private Uri Controller(Uri? listen, string address)
    {
        var port = listen?.Port ?? DefaultControllerPort;
        if (listen is not null && !(IPAddress.TryParse(listen.Host.Trim('[', ']'), out var any) && (any.Equals(IPAddress.Any) || any.Equals(IPAddress.IPv6Any))))
        {
            return listen;
        }

        if (settings.ControllerUrl is { IsLoopback: false } elsewhere)
        {
            return new UriBuilder(Uri.UriSchemeHttps, elsewhere.Host, port).Uri;
        }

        try
        {
            // No packet is sent: the system says which of its addresses leads there.
            using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(IPAddress.Parse(address), port);
            var own = ((IPEndPoint)socket.LocalEndPoint!).Address;
            return new UriBuilder(Uri.UriSchemeHttps, (own.IsIPv4MappedToIPv6 ? own.MapToIPv4() : own).ToString(), port).Uri;
        }
        catch (Exception failure) when (failure is SocketException or FormatException)
        {
            throw CliException.InputWrong($"This machine has no address towards {address}: name the controller's with --node-controller https://ADDRESS:{port}");
        }
    }

    private void Say(NodeKey node, string line) => context.Screen.ErrorLine($"{node.Node}: {line}");
}
