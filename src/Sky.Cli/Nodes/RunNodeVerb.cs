using System.CommandLine;
using Sky.Cli.Commands;
using Sky.Node.Hosting;

namespace Sky.Cli.Nodes;

/// <summary><c>sky node run</c></summary>
internal static class RunNodeVerb
{
    public static Command Build(CliContext context)
    {
        var command = new SkyCommand("run", "Run the agent of this node in the foreground until Ctrl-C; its first run enrols the node.")
        {
            Examples =
            [
                ("sky node run", "as a service manager would, on a machine that has enrolled"),
                ("sky node run --node-controller https://10.0.0.1:46591 --node-token-file token", "the first time"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Node);
        command.SetAction((parsed, _) => AgentHost.RunAsync(NodeSettings.Read(context, SettingOptions.Reader(context, parsed)), context.Interrupts.Watch()));
        return command;
    }
}
