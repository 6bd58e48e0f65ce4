using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Hosting;
using Sky.Cli.Nodes;
using Sky.Controller.Api;
using Sky.Core.Nodes;

namespace Sky.Cli.Clusters;

/// <summary><c>sky cluster create CLUSTER [--node NODE --ssh [USER@]HOST]</c></summary>
internal sealed class CreateClusterVerb(CliContext context, Settings settings)
{
    public static Command Build(CliContext context)
    {
        var cluster = ClusterArguments.Cluster();
        var plain = new Option<bool>("--no-encryption") { Description = "Do not encrypt what replicas say to each other between nodes." };
        var node = new Option<string?>("--node") { Description = "The name of its first node, a manager, with --ssh or --context.", HelpName = "NODE" };
        var machine = new MachineOptions();
        var command = new SkyCommand("create", "Make a cluster, with its first machine or without; others join it afterwards.")
        {
            Arguments = { cluster },
            Options = { plain, node },
            Examples =
            [
                ("sky cluster create east", "its nodes' network is encrypted (IPsec ESP)"),
                ("sky cluster create east --node a --ssh root@10.0.0.1", "with its first machine"),
            ],
        };
        foreach (var option in machine.All)
        {
            command.Options.Add(option);
        }

        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
        {
            var first = machine.Read(context, parsed);
            if ((first is null && parsed.GetValue(machine.Address) is not null) || first is null != parsed.GetValue(node) is null)
            {
                throw CliException.InputWrong("The first machine of a cluster is named by --node NODE and --ssh [USER@]HOST (or --context NAME) together.");
            }

            return new CreateClusterVerb(context, SettingOptions.Read(context, parsed))
                .RunAsync(parsed.GetRequiredValue(cluster), parsed.GetValue(plain), parsed.GetValue(node), first, cancellationToken);
        });
        return command;
    }

    private async Task<int> RunAsync(string cluster, bool plain, string? node, MachineRequest? first, CancellationToken cancellationToken)
    {
        var key = node is null ? (NodeKey?)null : NodeNames.Parse($"{cluster}/{node}", "The node");
        var client = await new ControllerConnector(context, settings).ConnectAsync(cancellationToken);
        await client.Clusters.CreateAsync(cluster, new CreateClusterRequest(!plain), cancellationToken);
        if (first is null)
        {
            context.Screen.Line($"Cluster '{cluster}' is there and has no nodes. Its first machine: {context.ProgramName} cluster join {cluster} NODE --ssh USER@HOST --manager");
            return ExitCode.Done;
        }

        context.Screen.Line($"Cluster '{cluster}' is there.");
        await new MachineJoin(context, settings, client).RunAsync(first, key!.Value, NodeRole.Manager, spot: false, cancellationToken);
        return ExitCode.Done;
    }
}
