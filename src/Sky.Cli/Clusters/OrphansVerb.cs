using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Cli.Terminal;
using Sky.Controller.Api;

namespace Sky.Cli.Clusters;

/// <summary><c>sky cluster orphans</c></summary>
internal sealed class OrphansVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var owner = new Option<string?>("--owner") { HelpName = "ID", Description = "Nodes of another owner: of a store that is lost." };
        var adopt = new Option<bool>("--adopt") { Description = "Take them over: they are removed now." };
        var keep = new Option<bool>("--keep") { Description = "With --adopt: they stay, and are never removed by themselves." };
        var output = ServiceArguments.Output();
        var command = new SkyCommand("orphans", "Show nodes that were bought and that no service has any more, and take over what a lost store left behind.")
        {
            Options = { owner, adopt, keep, output },
            Examples = [("sky cluster orphans", "those of this controller"), ("sky cluster orphans --owner 4f0cd8a2b97e4b6f8d3e51c07a29f6b4 --adopt", "remove what that store left behind")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
        {
            var verb = new OrphansVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)));
            var (whose, json) = (parsed.GetValue(owner), parsed.GetValue(output) == ServiceArguments.Json);
            if (parsed.GetValue(keep) && !parsed.GetValue(adopt))
            {
                throw CliException.InputWrong("--keep belongs to --adopt.");
            }

            if (whose is not null && (whose.Length != 32 || !whose.All(char.IsAsciiHexDigitLower)))
            {
                throw CliException.InputWrong($"--owner is an id of 32 digits and letters from a to f, such as `sky cluster orphans` and a store's store.json have it. Got: '{whose}'");
            }

            return parsed.GetValue(adopt) ? verb.AdoptAsync(whose, parsed.GetValue(keep), json, cancellationToken) : verb.ListAsync(whose, json, cancellationToken);
        });
        return command;
    }

    private async Task<int> ListAsync(string? owner, bool json, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectAsync(cancellationToken);
        var view = await client.Clusters.OrphansAsync(owner, cancellationToken);
        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(view, ApiJson.Default.OrphansView)));
            return ExitCode.Done;
        }

        if (view.Nodes.Count == 0)
        {
            context.Screen.Line($"No orphans of owner {view.Owner}.");
        }
        else
        {
            foreach (var line in Table(view.Nodes).LinesWithin(context.Screen.Width(), context.Screen, "ADDRESS", "REASON"))
            {
                context.Screen.Line(line);
            }
        }

        if (view.QuietUntil is { } quiet && owner is null)
        {
            context.Screen.Line($"Nothing is removed by itself until {Moment(quiet)}: {view.QuietBecause}.");
        }

        foreach (var before in owner is null ? view.Before : [])
        {
            context.Screen.Line(context.AsStarted($"A store was here before, of owner {before}: `sky cluster orphans --owner {before}` shows what it left behind."));
        }

        Warn(view.Problems);
        return ExitCode.Done;
    }

    private async Task<int> AdoptAsync(string? owner, bool keep, bool json, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectAsync(cancellationToken);
        var adopted = await client.Clusters.AdoptAsync(new AdoptOrphansRequest { Owner = owner, Keep = keep }, cancellationToken);
        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(adopted, ApiJson.Default.AdoptedOrphansView)));
            return ExitCode.Done;
        }

        context.Screen.Line(keep
            ? $"{Nodes(adopted.Nodes)} kept: `{context.ProgramName} cluster orphans` shows them, and nothing removes them by itself."
            : $"{Nodes(adopted.Nodes)} being removed; `{context.ProgramName} cluster orphans` shows those that are left.");
        Warn(adopted.Problems);
        return ExitCode.Done;
    }

    private static string Nodes(int count) => count == 1 ? "1 node is" : $"{count} nodes are";

    private void Warn(IReadOnlyDictionary<string, string> problems)
    {
        foreach (var (cloud, problem) in problems)
        {
            context.Screen.Warn($"Cloud '{cloud}' could not be asked: {problem}");
        }
    }

    private static TextTable Table(IReadOnlyList<OrphanView> nodes)
    {
        var table = new TextTable("CLOUD", "NODE", "OWNER", "ADDRESS", "FIRST SEEN", "STATUS", "REMOVED AT", "REASON");
        foreach (var node in nodes)
        {
            table.Add(
                node.Cloud, node.Name is { } name && name != node.Node ? $"{node.Node} ({name})" : node.Node, node.Owner, node.Address ?? "-", Moment(node.FirstSeen),
                node.State.ToUpperInvariant(), node.GoesAt is { } at ? Moment(at) : "-", node.Reason ?? "-");
        }

        return table;
    }

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
