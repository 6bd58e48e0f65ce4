using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;

namespace Sky.Cli.Clusters;

/// <summary><c>sky cluster remove CLUSTER [NODE]</c></summary>
internal sealed class RemoveClusterVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var cluster = ClusterArguments.Cluster();
        var node = new Argument<string?>("NODE") { Description = "The node to take out; without one, the cluster itself.", Arity = ArgumentArity.ZeroOrOne };
        var force = new Option<bool>("--force") { Description = "Give up the replicas that stand on the node." };
        var yes = ServiceArguments.Yes();
        var command = new SkyCommand("remove", "Take a node out of its cluster, or remove a cluster that has no nodes.")
        {
            Arguments = { cluster, node },
            Options = { force, yes },
            Examples = [("sky cluster remove east a -y", "a drained node"), ("sky cluster remove east", "the empty cluster")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new RemoveClusterVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(parsed.GetRequiredValue(cluster), parsed.GetValue(node), parsed.GetValue(force), parsed.GetValue(yes), cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string cluster, string? node, bool force, bool yes, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectAsync(cancellationToken);
        var what = node is null ? $"cluster '{cluster}'" : $"node '{node}' from cluster '{cluster}'";
        if (!context.Screen.Confirm($"Removing {what}. Proceed?", yes))
        {
            return ExitCode.Failed;
        }

        if (node is null)
        {
            await client.Clusters.DeleteAsync(cluster, cancellationToken);
            context.Screen.Line($"Cluster '{cluster}' is removed.");
        }
        else
        {
            await client.Clusters.RemoveAsync(cluster, node, force, cancellationToken);
            context.Screen.Line($"Node '{node}' leaves cluster '{cluster}'; it is gone when `{context.ProgramName} cluster list` does not show it any more.");
        }

        return ExitCode.Done;
    }
}
