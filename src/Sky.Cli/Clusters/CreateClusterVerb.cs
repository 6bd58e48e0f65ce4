using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Controller.Api;

namespace Sky.Cli.Clusters;

/// <summary><c>sky cluster create CLUSTER</c></summary>
internal sealed class CreateClusterVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var cluster = ClusterArguments.Cluster();
        var plain = new Option<bool>("--no-encryption") { Description = "Do not encrypt what replicas say to each other between nodes." };
        var command = new SkyCommand("create", "Make a cluster; machines join it afterwards.")
        {
            Arguments = { cluster },
            Options = { plain },
            Examples = [("sky cluster create east", "its nodes' network is encrypted (IPsec ESP)")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new CreateClusterVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(parsed.GetRequiredValue(cluster), parsed.GetValue(plain), cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string cluster, bool plain, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectAsync(cancellationToken);
        await client.Clusters.CreateAsync(cluster, new CreateClusterRequest(!plain), cancellationToken);
        context.Screen.Line($"Cluster '{cluster}' is there and has no nodes. Its first machine: {context.ProgramName} cluster join {cluster} NODE --address IP --manager");
        return ExitCode.Done;
    }
}
