using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Hosting;
using Sky.Core.Processes;

namespace Sky.Cli.Controller;

/// <summary><c>sky controller stop</c></summary>
internal sealed class StopControllerVerb(CliContext context, Settings settings)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    public static Command Build(CliContext context)
    {
        var down = new Option<bool>("--down") { Description = "Take all services down first." };
        var yes = Serve.ServiceArguments.Yes();
        var command = new SkyCommand("stop", "Stop the controller and its gateway. Replicas run on unless --down is said.")
        {
            Options = { down, yes },
            Examples =
            [
                ("sky controller stop", "replicas run on; the next command that needs it starts it again"),
                ("sky controller stop --down -y", "nothing is left running"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, _) =>
            new StopControllerVerb(context, SettingOptions.Read(context, parsed)).RunAsync(parsed.GetValue(down), parsed.GetValue(yes), context.Interrupts.Watch()));
        return command;
    }

    private async Task<int> RunAsync(bool down, bool yes, CancellationToken cancellationToken)
    {
        var connector = new ControllerConnector(context, settings);
        using var client = down ? await connector.ConnectToLookAsync(cancellationToken) : await connector.FindAsync(cancellationToken);
        if (client is null)
        {
            context.Screen.Line("The controller is not running.");
            return ExitCode.Done;
        }

        if (down && !context.Screen.Confirm("Terminating all services. Proceed?", yes))
        {
            return ExitCode.Failed;
        }

        var view = await client.StatusAsync(cancellationToken);
        await client.ShutdownAsync(down, cancellationToken);
        context.Screen.ErrorLine(down ? "Taking all services down and stopping the controller ..." : "Stopping the controller ...");
        if (settings.ControllerUrl is null && !await StoppedAsync(down, cancellationToken))
        {
            throw CliException.Failed($"The controller (pid {view.Pid}) has not stopped yet; see {settings.Home.ControllerLog}.");
        }

        context.Screen.Line(down ? "The controller has stopped; nothing is left running." : "The controller has stopped; replicas run on.");
        return ExitCode.Done;
    }

    // Draining may take as long as the services allow: with --down only Ctrl-C ends the waiting.
    private async Task<bool> StoppedAsync(bool down, CancellationToken cancellationToken)
    {
        var deadline = context.Time.GetUtcNow() + StopTime;
        while (FileLock.IsHeld(settings.Home.ControllerLock) || FileLock.IsHeld(settings.Home.GatewayLock))
        {
            if (!down && context.Time.GetUtcNow() > deadline)
            {
                return false;
            }

            await Task.Delay(Pause, context.Time, cancellationToken);
        }

        return true;
    }
}
