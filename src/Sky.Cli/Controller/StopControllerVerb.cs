using System.CommandLine;
using System.Globalization;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Hosting;
using Sky.Core.Processes;

namespace Sky.Cli.Controller;

/// <summary><c>sky controller stop</c></summary>
internal sealed class StopControllerVerb(CliContext context, Settings settings)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    public static Command Build(CliContext context)
    {
        var down = new Option<bool>("--down") { Description = "Take all services down first." };
        var now = Serve.DownVerb.Now();
        var yes = Serve.ServiceArguments.Yes();
        var command = new SkyCommand("stop", "Stop the controller and its gateway. Replicas run on unless --down is said.")
        {
            Options = { down, now, yes },
            Examples =
            [
                ("sky controller stop", "replicas run on; the next command that needs it starts it again"),
                ("sky controller stop --down -y", "nothing is left running"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, _) =>
        {
            if (parsed.GetValue(now) && !parsed.GetValue(down))
            {
                throw CliException.InputWrong("--now goes with --down: without it no service is taken down.");
            }

            var verb = new StopControllerVerb(context, SettingOptions.Read(context, parsed));
            return verb.RunAsync(parsed.GetValue(down), parsed.GetValue(now), parsed.GetValue(yes), context.Interrupts.Watch());
        });
        return command;
    }

    private async Task<int> RunAsync(bool down, bool now, bool yes, CancellationToken cancellationToken)
    {
        var connector = new ControllerConnector(context, settings);
        var client = down ? await connector.ConnectToLookAsync(cancellationToken) : await connector.FindAsync(cancellationToken);
        if (client is null)
        {
            context.Screen.Line("The controller is not running.");
            return ExitCode.Done;
        }

        if (down && !context.Screen.Confirm("Terminating all services. Proceed?", yes))
        {
            return ExitCode.Failed;
        }

        context.Screen.ErrorLine(down ? "Taking all services down and stopping the controller ..." : "Stopping the controller ...");
        var runs = down ? "nothing is left running" : await WhatRunsOnAsync(client, cancellationToken);
        var left = await ShutDownAsync(client, down, now, cancellationToken);
        if (settings.ControllerUrl is null)
        {
            AskGatewayToEnd();
            await WaitAsync(cancellationToken);
        }

        if (left.Count > 0)
        {
            context.Screen.Error($"The controller has stopped. These replicas could not be stopped and may still run: {string.Join(", ", left)}.");
            return ExitCode.Failed;
        }

        context.Screen.Line($"The controller has stopped; {runs}.");
        return ExitCode.Done;
    }

    /// <summary>Replicas of all services, and those whose service the controller does not know; said without a number where it cannot tell at once.</summary>
    private async Task<string> WhatRunsOnAsync(ControllerClient client, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerTime, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var services = await client.ListAsync([], either.Token);
            var count = services.Sum(service => service.TotalReplicas) + (await client.StatusAsync(either.Token)).Orphans.Count;
            return count switch { 0 => "no replica runs", 1 => "one replica runs on", _ => $"{count} replicas run on" };
        }
        catch (Exception failure) when (failure is ControllerRefusedException or ControllerUnreachableException || (failure is OperationCanceledException && limit.IsCancellationRequested))
        {
            return "replicas, if there are any, run on";
        }
    }

    /// <summary>What could not be stopped.</summary>
    private async Task<IReadOnlyList<string>> ShutDownAsync(ControllerClient client, bool down, bool now, CancellationToken cancellationToken)
    {
        // While services go down controller and gateway are needed and mend each other; the mark comes before the end of either.
        if (down)
        {
            await TakeAllDownAsync(client, now, cancellationToken);
        }

        if (settings.ControllerUrl is not null)
        {
            return (await client.ShutdownAsync(down, now, cancellationToken)).Left;
        }

        AtomicFile.Write(settings.Home.Stopped, "");
        try
        {
            // The controller ends replicas of services that it does not know, too.
            return (await client.ShutdownAsync(down, now, cancellationToken)).Left;
        }
        catch (ControllerRefusedException)
        {
            File.Delete(settings.Home.Stopped);
            throw;
        }
        catch (ControllerUnreachableException)
        {
            // Its answer may not get out any more; the locks tell whether it ended.
            return [];
        }
    }

    private async Task TakeAllDownAsync(ControllerClient client, bool now, CancellationToken cancellationToken)
    {
        var names = (await client.ListAsync([], cancellationToken)).Select(service => service.Name).ToList();
        foreach (var name in names)
        {
            await client.DeleteAsync(name, purge: true, now, cancellationToken);
        }

        if (names.Count > 0 && await new Serve.Removal(context, client).WaitForServicesAsync(names) is not ExitCode.Done and var code)
        {
            throw new CliException(code, "Not all services are down: the controller runs on.");
        }
    }

    private void AskGatewayToEnd()
    {
        var home = settings.Home;
        if (FileLock.IsHeld(home.GatewayLock) && File.Exists(home.GatewayPid)
            && int.TryParse(File.ReadAllText(home.GatewayPid), NumberStyles.Integer, CultureInfo.InvariantCulture, out var pid) && pid > 1)
        {
            ProcessSignal.AskToEnd(pid);
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var start = context.Time.GetUtcNow();
        var said = false;
        var deadline = start + StopTime + TimeSpan.FromSeconds(settings.GatewayDrainSeconds);
        while (FileLock.IsHeld(settings.Home.ControllerLock) || FileLock.IsHeld(settings.Home.GatewayLock))
        {
            if (context.Time.GetUtcNow() > deadline)
            {
                throw CliException.Failed($"Controller and gateway have not stopped yet; see {settings.Home.ControllerLog} and {settings.Home.GatewayLog}.");
            }

            await Task.Delay(Pause, context.Time, cancellationToken);
            if (!said && context.Time.GetUtcNow() > start + Patience)
            {
                context.Screen.ErrorLine("Waiting for the gateway to finish the requests it has (Ctrl-C leaves it to it) ...");
                said = true;
            }
        }
    }
}
