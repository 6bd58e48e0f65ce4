using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Cli.Terminal;
using Sky.Cli.Usage;
using Sky.Controller.Api;
using Sky.Core.Clouds.Launching;

namespace Sky.Cli.Cost;

/// <summary><c>sky cost</c></summary>
internal sealed class CostVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var service = new Argument<string?>("NAME") { Description = "Only of this service.", Arity = ArgumentArity.ZeroOrOne };
        var since = new Option<string?>("--since") { Description = "From then on: 90m, 24h, 7d ago, or 2026-01-31T12:00Z; all there ever was by default.", HelpName = "TIME" };
        var output = ServiceArguments.Output();
        var command = new SkyCommand("cost", "Show what the nodes of services cost: spent, and projected for a month.")
        {
            Arguments = { service },
            Options = { since, output },
            Examples =
            [
                ("sky cost", "all services"),
                ("sky cost hello --since 7d", "one service, the last week"),
                ("sky cost -o json", "the same facts for scripts"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new CostVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed))).RunAsync(
                parsed.GetValue(service), parsed.GetValue(since), parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string? service, string? since, bool json, CancellationToken cancellationToken)
    {
        var now = context.Time.GetUtcNow();
        var from = since is null ? DateTimeOffset.UnixEpoch : SinceTime.OfOption(since, now, "spent");
        var client = await connector.ConnectToLookAsync(cancellationToken);
        var cost = client is null ? new CostView { Since = from, Until = now, Rows = [] } : await client.CostAsync(from, service, cancellationToken);
        if (service is not null && cost.Rows.Count == 0 && (client is null || await client.FindAsync(service, cancellationToken) is null))
        {
            throw CliException.NotFound($"Service '{service}' not found, and no nodes were bought for it.");
        }

        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(cost, ApiJson.Default.CostView)));
            return ExitCode.Done;
        }

        if (cost.Rows.Count == 0)
        {
            context.Screen.ErrorLine("No nodes were bought: replicas stand on machines you have, or none ran.");
            return ExitCode.Done;
        }

        Show(cost);
        return ExitCode.Done;
    }

    private void Show(CostView cost)
    {
        var table = new TextTable("SERVICE", "REPLICA", "CLOUD", "PLACE", "INSTANCE", "HOURS", "SPENT ($)", "NOW ($/h)", "30 DAYS ($)");
        foreach (var service in cost.Rows.GroupBy(row => row.Service?.Value).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            foreach (var row in service)
            {
                table.Add(Line(service.Key ?? "(clusters)", row.Replica?.ToString() ?? "-", row.Cloud, $"{row.Zone ?? row.Region ?? "-"}{(row.UseSpot ? ", spot" : "")}", row.InstanceType, [row]));
            }
        }

        foreach (var cloud in cost.Rows.GroupBy(row => row.Cloud).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            table.Add(Line("(all)", "", cloud.Key, "", "", [.. cloud]));
        }

        foreach (var line in table.LinesWithin(context.Screen.Width(), context.Screen, "INSTANCE", "HOURS"))
        {
            context.Screen.Line(line);
        }
    }

    private static Cell[] Line(string service, string replica, string cloud, string place, string type, IReadOnlyList<NodeCost> rows)
    {
        var hourly = NodeCosts.Sum(rows.Select(row => row.Hourly));
        return
        [
            service, replica, cloud, place, type, rows.Sum(row => row.Hours).ToString("0.00", CultureInfo.InvariantCulture),
            Money(NodeCosts.Sum(rows.Select(row => row.Spent))), Money(hourly), Money(hourly * NodeCosts.HoursOfAMonth),
        ];
    }

    private static string Money(double? dollars) => dollars is { } known ? known.ToString("0.0000", CultureInfo.InvariantCulture) : "?";
}
