using System.CommandLine;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Controller.Api;
using Sky.Core.Nodes;

namespace Sky.Cli.Clusters;

/// <summary><c>sky cluster join CLUSTER NODE --address IP</c></summary>
internal sealed class JoinClusterVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var cluster = ClusterArguments.Cluster();
        var node = ClusterArguments.Node();
        var address = new Option<string>("--address") { Description = "The machine's IP address, as gateways and the other nodes reach it.", HelpName = "IP", Required = true };
        var manager = new Option<bool>("--manager") { Description = "It keeps the cluster's state too: one machine of a cluster, or three." };
        var spot = new Option<bool>("--spot") { Description = "Its cloud may take it away; such a machine is never a manager." };
        var output = ServiceArguments.Output();
        var command = new SkyCommand("join", "Announce a machine, and print what is to be run on it: it then enrols and joins.")
        {
            Arguments = { cluster, node },
            Options = { address, manager, spot, output },
            Examples = [("sky cluster join east a --address 10.0.0.1 --manager", "the first machine of a cluster"), ("sky cluster join east b --address 10.0.0.2", "a worker")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new JoinClusterVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed))).RunAsync(
                parsed.GetRequiredValue(cluster),
                new JoinNodeRequest(
                    parsed.GetRequiredValue(node),
                    parsed.GetRequiredValue(address),
                    parsed.GetValue(manager) ? NodeRole.Manager : NodeRole.Worker,
                    parsed.GetValue(spot)),
                parsed.GetValue(output) == ServiceArguments.Json,
                cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string cluster, JoinNodeRequest request, bool json, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectAsync(cancellationToken);
        var answer = await client.Clusters.JoinAsync(cluster, request, cancellationToken);
        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Default.JoinNodeView)));
            return ExitCode.Done;
        }

        var port = answer.Controller?.Port ?? 46591;
        context.Screen.Line($"Node '{answer.Node}' may enrol with this token once, within an hour. It is a secret; put it into a file on the machine:");
        context.Screen.Line();
        context.Screen.Line($"  {answer.Token}");
        context.Screen.Line();
        context.Screen.Line("Then run there, as root, where Docker runs:");
        context.Screen.Line();
        context.Screen.Line($"  sky node run --node-controller https://ADDRESS-OF-THIS-MACHINE:{port} --node-token-file FILE");
        if (answer.Controller is null)
        {
            context.Screen.Warn("The controller does not listen for nodes: start it with SKY_CONTROLLER_NODE_LISTEN (such as https://0.0.0.0:46591) before the token is used.");
        }

        if (answer.Advice is { } advice)
        {
            context.Screen.Warn(advice);
        }

        return ExitCode.Done;
    }
}
