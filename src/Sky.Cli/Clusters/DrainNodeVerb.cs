using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;

namespace Sky.Cli.Clusters;

/// <summary><c>sky cluster drain CLUSTER NODE</c></summary>
internal sealed class DrainNodeVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var cluster = ClusterArguments.Cluster();
        var node = ClusterArguments.Node();
        var undo = new Option<bool>("--undo") { Description = "Let it take replicas again." };
        var command = new SkyCommand("drain", "Empty a node: its replicas are replaced elsewhere, and go once the others serve.")
        {
            Arguments = { cluster, node },
            Options = { undo },
            Examples = [("sky cluster drain east a", "watch it with: sky cluster list"), ("sky cluster drain east a --undo", "it takes replicas again")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new DrainNodeVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(parsed.GetRequiredValue(cluster), parsed.GetRequiredValue(node), parsed.GetValue(undo), cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string cluster, string node, bool undo, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectAsync(cancellationToken);
        await client.Clusters.DrainAsync(cluster, node, undo, cancellationToken);
        context.Screen.Line(undo
            ? $"Node '{node}' of cluster '{cluster}' takes replicas again."
            : $"Node '{node}' of cluster '{cluster}' is being emptied: it takes no new replicas, and those it has go once others serve in their place.");
        return ExitCode.Done;
    }
}
