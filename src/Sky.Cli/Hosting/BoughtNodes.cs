using System.Net;
using Sky.Core.Clouds;
using Sky.Core.Nodes;
using Sky.Providers.Bootstrapping;
using Sky.Providers.Clouds;
using Sky.Providers.Clouds.Sim;

namespace Sky.Cli.Hosting;

/// <summary>What nodes that are bought are told: where the controller is, and which program to run.</summary>
internal sealed class BoughtNodes(CliContext context, Settings settings)
{
    /// <summary>Where nodes fetch the program from the controller.</summary>
    private const string ProgramPath = "/sky";

    private const string Simulated = "sim";
    private readonly string? _gateway = SimCloud.GatewayOf(settings.Sim(), settings.Home.Simulated);

    /// <summary>The file that the controller gives out; null: this program is many files, and none is named.</summary>
    public string? Program => settings.NodeProgram ?? (IsOneFile ? context.Self[0] : null);

    public INodeUserData UserData => new NodeUserData
    {
        Controller = ControllerFor,
        Program = cloud => cloud == Simulated ? Launcher() : Program is { } file && ControllerFor(cloud) is { } controller ? (file, new Uri(controller, ProgramPath)) : null,
    };

    private bool IsOneFile => context.Self.Count == 1 && !File.Exists(Path.Combine(AppContext.BaseDirectory, "sky.dll"));

    /// <summary>The cloud, or why nothing can be bought there as things are.</summary>
    public ICloud Open(ICloud cloud) =>
        cloud.Name == Simulated && _gateway is null ? cloud
        : settings.ControllerNodeListen is null
            ? new ClosedCloud(cloud, $"nodes of {cloud.Name} could not call the controller: start it with SKY_CONTROLLER_NODE_LISTEN, such as https://0.0.0.0:46591")
        : ControllerFor(cloud.Name) is null
            ? new ClosedCloud(cloud, $"nodes of {cloud.Name} must know where the controller is: start it with SKY_CONTROLLER_NODE_URL, its address as they reach it, such as https://203.0.113.7:{settings.ControllerNodeListen.Port}")
        : cloud.Name != Simulated && Program is null
            ? new ClosedCloud(cloud, $"nodes of {cloud.Name} need a sky that is one file, and this one is many: start the controller with SKY_NODE_PROGRAM (see docs/nodes.md)")
        : cloud;

    private Uri? ControllerFor(string cloud)
    {
        if (settings.ControllerNodeUrl is { } told)
        {
            return told;
        }

        var listen = settings.ControllerNodeListen;
        var any = listen is not null && IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        return !any ? listen
            : cloud == Simulated && _gateway is { } gateway ? new UriBuilder(Uri.UriSchemeHttps, gateway, listen!.Port).Uri
            : null;
    }

    /// <summary>Simulated machines have this machine's files: a line that starts this program is theirs.</summary>
    private (string Path, Uri Address)? Launcher()
    {
        var path = Path.Combine(settings.Home.Simulated, "sky");
        var runtime = context.Variable("DOTNET_ROOT") is { } dotnet ? $"DOTNET_ROOT='{dotnet}'\nexport DOTNET_ROOT\n" : "";
        var text = $"#!/bin/sh\n{runtime}exec {string.Join(' ', context.Self.Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"))} \"$@\"\n";
        if (!File.Exists(path) || File.ReadAllText(path) != text)
        {
            Directory.CreateDirectory(settings.Home.Simulated);
            File.WriteAllText(path + ".new", text);
            File.Move(path + ".new", path, overwrite: true);
        }

        return (path, new Uri(path));
    }
}
