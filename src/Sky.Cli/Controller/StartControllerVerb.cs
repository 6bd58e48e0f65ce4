using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Hosting;

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
            ListenCheck.Both(settings);
            var connector = new ControllerConnector(context, settings);
            var running = await connector.FindAsync(cancellationToken);
            var client = running ?? await connector.StartAsync(cancellationToken);
            var view = await client.StatusAsync(cancellationToken);
            context.Screen.Line($"The controller {(running is null ? "runs now" : "was running already")} at {view.Url} (pid {view.Pid}, home {view.Home}).");
            context.Screen.Flush();
            if (await new GatewayArrival(context, client).WaitAsync(cancellationToken) is { } problem)
            {
                throw CliException.Failed($"Its gateway does not serve: {problem}. It is tried again; see `sky controller status` and {settings.Home.GatewayLog}.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
