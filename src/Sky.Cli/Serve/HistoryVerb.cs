using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Terminal;
using Sky.Controller.Api;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve history NAME</c></summary>
internal sealed class HistoryVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var name = ServiceArguments.Name(context);
        var output = ServiceArguments.Output();
        var command = new SkyCommand("history", "Show the versions of a service and what happened to it.")
        {
            Arguments = { name },
            Options = { output },
            Examples = [("sky serve history hello", "versions, then events, oldest first")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new HistoryVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(parsed.GetRequiredValue(name), parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string name, bool json, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken)
            ?? throw CliException.NotFound($"Service '{name}' not found.");
        var history = await client.HistoryAsync(name, cancellationToken);
        if (json)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(history, ApiJson.Default.HistoryView);
            context.Screen.Line(JsonText.Indented(bytes));
            return ExitCode.Done;
        }

        var table = new TextTable("VERSION", "CREATED", "MODE", "STATUS", "FIRST_READY", "REASON");
        foreach (var version in history.Versions)
        {
            table.Add(
                version.Number.ToString(CultureInfo.InvariantCulture),
                Moment(version.CreatedAt),
                UpdateModeJson.Word(version.Mode),
                version.Status,
                version.FirstReadyAt is { } ready ? Moment(ready) : "-",
                version.FailedReason);
        }

        foreach (var line in table.Lines(context.Screen))
        {
            context.Screen.Line(line);
        }

        if (history.Events.Count > 0)
        {
            context.Screen.Line();
            context.Screen.Line(context.Screen.Paint(Colors.Bold, "Events"));
        }

        foreach (var happened in history.Events)
        {
            var replica = happened.Replica is { } id ? $"replica {id}: " : "";
            context.Screen.Line($"{Moment(happened.At)}  {replica}{happened.Message}");
        }

        return ExitCode.Done;
    }

    private static string Moment(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
