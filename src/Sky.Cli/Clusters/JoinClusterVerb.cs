using System.CommandLine;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Hosting;
using Sky.Cli.Nodes;
using Sky.Cli.Serve;
using Sky.Controller.Api;
using Sky.Core.Nodes;

namespace Sky.Cli.Clusters;

/// <summary><c>sky cluster join CLUSTER NODE --ssh [USER@]HOST</c>, or <c>--address IP</c> for one who runs the agent there oneself.</summary>
internal sealed class JoinClusterVerb(CliContext context, Settings settings)
{
    public static Command Build(CliContext context)
    {
        var cluster = ClusterArguments.Cluster();
        var node = ClusterArguments.Node();
        var machine = new MachineOptions();
        var manager = new Option<bool>("--manager") { Description = "It keeps the cluster's state too: one machine of a cluster, or three." };
        var spot = new Option<bool>("--spot") { Description = "Its cloud may take it away; such a machine is never a manager." };
        var output = ServiceArguments.Output();
        var command = new SkyCommand("join", "Make a machine a node of a cluster over SSH; or announce it, and print what is to be run on it.")
        {
            Arguments = { cluster, node },
            Examples =
            [
                ("sky cluster join east a --ssh root@10.0.0.1 --manager", "the first machine of a cluster"),
                ("sky cluster join east b --ssh admin@10.0.0.2 --identity key", "a worker; admin may use sudo there without a password"),
                ("sky cluster join east c --address 10.0.0.3", "print what is to be run on it"),
            ],
        };
        foreach (var option in machine.All.Concat([manager, spot, output]))
        {
            command.Options.Add(option);
        }

        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
        {
            var verb = new JoinClusterVerb(context, SettingOptions.Read(context, parsed));
            var request = new JoinNodeRequest(
                parsed.GetRequiredValue(node), parsed.GetValue(machine.Address) ?? "", parsed.GetValue(manager) ? NodeRole.Manager : NodeRole.Worker, parsed.GetValue(spot));
            return machine.Read(context, parsed) is { } there
                ? verb.JoinAsync(there, parsed.GetRequiredValue(cluster), request, cancellationToken)
                : verb.AnnounceAsync(parsed.GetRequiredValue(cluster), request, parsed.GetValue(output) == ServiceArguments.Json, cancellationToken);
        });
        return command;
    }

    private async Task<int> JoinAsync(MachineRequest machine, string cluster, JoinNodeRequest request, CancellationToken cancellationToken)
    {
        var node = NodeNames.Parse($"{cluster}/{request.Name}", "The node");
        var client = await new ControllerConnector(context, settings).ConnectAsync(cancellationToken);
        await new MachineJoin(context, settings, client).RunAsync(machine, node, request.Role, request.Spot, cancellationToken);
        return ExitCode.Done;
    }

    private async Task<int> AnnounceAsync(string cluster, JoinNodeRequest request, bool json, CancellationToken cancellationToken)
    {
        if (request.Address.Length == 0)
        {
            throw CliException.InputWrong("Which machine? --ssh [USER@]HOST makes it a node; --address IP announces it, and prints what is to be run on it.");
        }

        var client = await new ControllerConnector(context, settings).ConnectAsync(cancellationToken);
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
