using System.CommandLine;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Controller.Api;
using Sky.Core.Nodes;

namespace Sky.Cli.Nodes;

/// <summary><c>sky node token CLUSTER/NODE</c></summary>
internal sealed class NodeTokenVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var node = new Argument<string>("node") { Description = "The node's cluster and name: CLUSTER/NODE.", HelpName = "CLUSTER/NODE" };
        var manager = new Option<bool>("--manager") { Description = "Only if it was announced as a manager." };
        var output = ServiceArguments.Output();
        var command = new SkyCommand("token", "Make a token that a machine enrols with as this node, once, within an hour; a cluster must expect it.")
        {
            Arguments = { node },
            Options = { manager, output },
            Examples = [("sky node token main/gpu-1 > token", "for a machine that is to become the node gpu-1 of the cluster main")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new NodeTokenVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed))).RunAsync(
                NodeNames.Parse(parsed.GetRequiredValue(node), "The node"), parsed.GetValue(manager), parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(NodeKey node, bool manager, bool json, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectAsync(cancellationToken);
        var request = new CreateNodeTokenRequest { Cluster = node.Cluster, Node = node.Node, Role = manager ? NodeRole.Manager : null };
        var token = await client.CreateNodeTokenAsync(request, cancellationToken);
        if (token.Controller is null)
        {
            context.Screen.Warn("The controller does not listen for nodes: start it with SKY_CONTROLLER_NODE_LISTEN (such as https://0.0.0.0:46591) before the token is used.");
        }

        context.Screen.Line(json ? JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(token, ApiJson.Default.NodeTokenView)) : token.Token);
        return ExitCode.Done;
    }
}
