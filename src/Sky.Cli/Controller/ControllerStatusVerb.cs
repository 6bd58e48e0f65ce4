using System.CommandLine;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Cli.Terminal;
using Sky.Controller.Api;
using Sky.Core;
using Sky.Core.Processes;

namespace Sky.Cli.Controller;

/// <summary><c>sky controller status</c></summary>
internal static class ControllerStatusVerb
{
    public static Command Build(CliContext context)
    {
        var output = ServiceArguments.Output();
        var command = new SkyCommand("status", "Show whether the controller runs, where, and whether its gateway is connected.")
        {
            Options = { output },
            Examples = [("sky controller status", "exit code 4 when it does not run")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = SettingOptions.Read(context, parsed);
            var client = await new ControllerConnector(context, settings).FindAsync(cancellationToken)
                ?? throw new ControllerUnreachableException(WhyNone(settings.Home));
            var view = await client.StatusAsync(cancellationToken);
            if (parsed.GetValue(output) == ServiceArguments.Json)
            {
                context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(view, ApiJson.Default.ControllerView)));
            }
            else
            {
                Show(context, view);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string WhyNone(SkyHome home) => FileLock.IsHeld(home.ControllerLock)
        ? $"A controller runs (it holds {home.ControllerLock}), but it does not answer yet. Its log is {home.ControllerLog}."
        : $"The controller is not running (home {home.Root}).";

    private static void Show(CliContext context, ControllerView view)
    {
        var screen = context.Screen;
        screen.Line($"Controller:  {screen.Paint(Colors.Green, "running")} at {view.Url}, pid {view.Pid}, version {view.Version}");
        screen.Line($"Uptime:      {Durations.Exact((long)(context.Time.GetUtcNow() - view.StartedAt).TotalSeconds)}");
        screen.Line($"Gateway:     {view.GatewayUrl}, {(view.GatewayConnected ? screen.Paint(Colors.Green, "connected") : screen.Paint(Colors.Red, "not connected"))}");
        if (view.GatewayProblem is { } problem)
        {
            screen.Line($"             {problem}");
        }

        screen.Line($"Home:        {view.Home}");
        screen.Line($"Services:    {view.Services}");
        if (view.Orphans.Count > 0)
        {
            screen.Line(context.AsStarted($"Orphans:     {string.Join(", ", view.Orphans)} (replicas of services it does not know; `sky controller stop --down` ends them)"));
        }

        if (view.OrphanNodes.Count > 0)
        {
            screen.Line(context.AsStarted($"Nodes:       {string.Join(", ", view.OrphanNodes)} (nodes that no service has any more; `sky cluster orphans` says when they go)"));
        }
    }
}
