using System.CommandLine;
using Sky.Cli.Commands;
using Sky.Cli.Hosting;

namespace Sky.Cli.Controller;

/// <summary><c>sky controller run</c></summary>
internal static class RunControllerVerb
{
    public static Command Build(CliContext context)
    {
        var command = new SkyCommand("run", "Run the controller in the foreground until Ctrl-C; replicas and the gateway go on without it.")
        {
            Examples = [("sky controller run", "as a service manager would"), ("sky controller run --home /srv/sky", "with its state elsewhere")],
        };
        SettingOptions.Add(command, SettingOptions.Controller);
        command.SetAction((parsed, _) => ControllerProcess.RunAsync(context, SettingOptions.Read(context, parsed), context.Interrupts.Watch()));
        return command;
    }
}
