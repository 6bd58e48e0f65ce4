using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;

namespace Sky.Cli.Controller;

/// <summary><c>sky controller start</c></summary>
internal static class StartControllerVerb
{
    public static Command Build(CliContext context)
    {
        var command = new SkyCommand("start", "Start the controller and its gateway in the background.")
        {
            Examples = [("sky controller start", "other commands do it by themselves")],
        };
        SettingOptions.Add(command, SettingOptions.Controller);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = SettingOptions.Read(context, parsed) with { ControllerUrl = null };
            var connector = new ControllerConnector(context, settings);
            using var running = await connector.FindAsync(cancellationToken);
            using var client = running ?? await connector.StartAsync(cancellationToken);
            var view = await client.StatusAsync(cancellationToken);
            context.Screen.Line($"The controller {(running is null ? "runs now" : "was running already")} at {view.Url} (pid {view.Pid}, home {view.Home}).");
            return ExitCode.Done;
        });
        return command;
    }
}
