using System.CommandLine;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Cli.Terminal;
using Sky.Controller.Api;

namespace Sky.Cli.Keys;

/// <summary><c>sky keys list</c></summary>
internal sealed class ListKeysVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var all = new Option<bool>("--all", "-a") { Description = "Revoked keys too." };
        var output = ServiceArguments.Output();
        var command = new SkyCommand("list", "Show keys, what they may use and how much.")
        {
            Options = { all, output },
            Examples = [("sky keys list --all -o json", "every key there ever was, for scripts")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new ListKeysVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(parsed.GetValue(all), parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(bool all, bool json, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken);
        var known = client is null ? [] : await client.KeysWithSpentAsync(cancellationToken);
        IReadOnlyList<KeyView> keys = [.. known.Where(key => all || key.RevokedAt is null)];
        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(keys, ApiJson.Default.IReadOnlyListKeyView)));
            return ExitCode.Done;
        }

        if (keys.Count == 0)
        {
            context.Screen.ErrorLine(known.Count == 0 ? "No keys. Make one with 'sky keys create --name NAME'." : "No keys but revoked ones (--all shows them).");
            return ExitCode.Done;
        }

        foreach (var line in Table(keys).LinesWithin(context.Screen.Width(), context.Screen, "ROTATED", "CREATED", "ID"))
        {
            context.Screen.Line(line);
        }

        return ExitCode.Done;
    }

    private static TextTable Table(IReadOnlyList<KeyView> keys)
    {
        var table = new TextTable("NAME", "ID", "STATUS", "PRIORITY", "MODELS", "RPM", "TPM", "CONCURRENCY", "BUDGET", "SPENT", "LEFT", "OPERATOR", "EXPIRES", "CREATED", "ROTATED");
        foreach (var key in keys)
        {
            table.Add(
                key.Name,
                key.Id,
                new Cell(key.Status, key.Status == "ACTIVE" ? Colors.Green : Colors.Red),
                key.Priority.ToString().ToLowerInvariant(),
                key.Models.Count == 0 ? "all" : string.Join(',', key.Models),
                KeyText.Count(key.Limits.RequestsPerMinute),
                KeyText.Count(key.Limits.TokensPerMinute),
                KeyText.Count(key.Limits.Concurrency),
                KeyText.Budget(key.Limits),
                KeyText.Dollars(key.Spent),
                KeyText.Dollars(key.Left),
                key.Operator ? "yes" : "no",
                KeyText.Moment(key.ExpiresAt),
                KeyText.Moment(key.CreatedAt),
                KeyText.Moment(key.RotatedAt));
        }

        return table;
    }
}
