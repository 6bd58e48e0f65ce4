using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Cli.Terminal;
using Sky.Controller.Api;

namespace Sky.Cli.Usage;

/// <summary><c>sky usage</c></summary>
internal sealed class UsageVerb(CliContext context, ControllerConnector connector)
{
    private const string UsualSince = "24h";

    public static Command Build(CliContext context)
    {
        var key = new Option<string?>("--key") { Description = "Only of this key, by name or id.", HelpName = "NAME" };
        var service = new Option<string?>("--service") { Description = "Only of this service.", HelpName = "NAME" };
        var since = new Option<string>("--since")
        {
            Description = $"From then on, by whole hours: 90m, 24h, 7d ago, or 2026-01-31T12:00Z; {UsualSince} by default.", HelpName = "TIME", DefaultValueFactory = _ => UsualSince,
        };
        var hourly = new Option<bool>("--hourly") { Description = "A line for each hour." };
        var output = ServiceArguments.Output();
        var command = new SkyCommand("usage", "Show requests, tokens and cost by key, service, model and version.")
        {
            Options = { key, service, since, hourly, output },
            Examples =
            [
                ("sky usage", "the last day"),
                ("sky usage --key ci --since 7d", "what one key used in a week"),
                ("sky usage --hourly -o json", "the same facts by the hour, for scripts"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new UsageVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed))).RunAsync(
                parsed.GetValue(since)!, parsed.GetValue(key), parsed.GetValue(service), parsed.GetValue(hourly),
                parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string since, string? key, string? service, bool hourly, bool json, CancellationToken cancellationToken)
    {
        var from = SinceTime.OfOption(since, context.Time.GetUtcNow(), "used");
        var client = await connector.ConnectToLookAsync(cancellationToken);
        var usage = client is null ? new UsageView { Since = from, Rows = [] } : await client.UsageAsync(from, key, service, hourly, cancellationToken);
        if (service is not null && usage.Rows.Count == 0 && (client is null || await client.FindAsync(service, cancellationToken) is null))
        {
            // One that is gone is known by what it used.
            throw CliException.NotFound($"Service '{service}' not found, and no requests to it since {Moment(usage.Since)}.");
        }

        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(usage, ApiJson.Default.UsageView)));
            return ExitCode.Done;
        }

        if (usage.Rows.Count == 0)
        {
            context.Screen.ErrorLine($"No requests to models since {Moment(usage.Since)}.");
            return ExitCode.Done;
        }

        foreach (var line in Table(usage, hourly).LinesWithin(context.Screen.Width(), context.Screen, "CACHED", "MIRRORED", "FAILED", "VERSION", "KEPT", "ESTIMATED"))
        {
            context.Screen.Line(line);
        }

        return ExitCode.Done;
    }

    private static TextTable Table(UsageView usage, bool hourly)
    {
        string[] headers = ["KEY", "SERVICE", "MODEL", "VERSION", "REQUESTS", "PROMPT", "CACHED", "COMPLETION", "COST", "ESTIMATED", "KEPT", "FAILED", "MIRRORED"];
        var table = new TextTable(hourly ? ["HOUR", .. headers] : headers);
        foreach (var row in usage.Rows.OrderBy(row => row.Hour).ThenBy(row => Key(row, usage), StringComparer.Ordinal))
        {
            Cell[] cells =
            [
                Key(row, usage),
                row.Service.Value,
                row.Model ?? "-",
                row.Version is { } version ? Number(version) : "-",
                Number(row.Requests.Total),
                Number(row.Usage.Prompt),
                Number(row.Usage.Cached),
                Number(row.Usage.Completion),
                Cost(row),
                Number(row.Requests.Estimated),
                Number(row.Requests.Kept),
                Number(row.Requests.Failed + row.Requests.Unsent),
                Number(row.Requests.Mirrored),
            ];
            table.Add(hourly ? [Moment(row.Hour), .. cells] : cells);
        }

        return table;
    }

    private static string Key(UsageRowView row, UsageView usage) => row.Key is null ? "-" : usage.KeyNames.GetValueOrDefault(row.Key, row.Key);

    private static string Cost(UsageRowView row) =>
        row.Cost is { } cost ? string.Create(CultureInfo.InvariantCulture, $"{cost:0.00####} {row.Currency}") : "-";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Moment(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
