using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Terminal;
using Sky.Controller.Api;
using Sky.Core.Traffic.Canaries;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve traffic NAME [VERSION=PERCENT…]</c></summary>
internal sealed class TrafficVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var name = ServiceArguments.Name(context);
        var weights = new Argument<string[]>("WEIGHTS")
        {
            Description = "The share of each version, such as 1=90 2=10; together 100. All for one version ends the division. None: only shows it.",
            HelpName = "VERSION=PERCENT",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var sticky = new Option<string?>("--sticky") { Description = "What keeps one user at one version: header:NAME, key, or none (the default at first).", HelpName = "WHAT" };
        var mirror = new Option<string?>("--mirror") { Description = "A version that gets copies of all requests, or of PERCENT of them, whose answers are dropped; none ends it.", HelpName = "VERSION[=PERCENT]" };
        var clear = new Option<bool>("--clear") { Description = "End the division: the version in force has all requests again." };
        var output = ServiceArguments.Output();
        var yes = ServiceArguments.Yes();
        var command = new SkyCommand("traffic", "Divide requests among versions that all stay up, or show how they are divided.")
        {
            Arguments = { name, weights },
            Options = { sticky, mirror, clear, yes, output },
            Examples =
            [
                ("sky serve traffic hello 1=90 2=10 --sticky header:X-User", "one user in ten gets version 2, always"),
                ("sky serve traffic hello --mirror 2", "version 2 gets a copy of each request; what it answers is dropped"),
                ("sky serve traffic hello", "see versions, shares and replicas"),
                ("sky serve traffic hello 2=100", "version 2 has all, and the division is over"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new TrafficVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed))).RunAsync(
                parsed.GetRequiredValue(name),
                TrafficArguments.Read(parsed.GetValue(weights) ?? [], parsed.GetValue(sticky), parsed.GetValue(mirror), parsed.GetValue(clear)),
                parsed.GetValue(yes),
                parsed.GetValue(output) == ServiceArguments.Json,
                cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string name, TrafficRequest? request, bool yes, bool json, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken)
            ?? throw CliException.NotFound($"Service '{name}' not found.");
        if (request is not null)
        {
            if (!context.Screen.Confirm($"Changing the traffic of service '{name}'. Proceed?", yes))
            {
                return ExitCode.Failed;
            }

            var answer = await client.TrafficAsync(name, request, cancellationToken);
            foreach (var notice in answer.Notices)
            {
                context.Screen.ErrorLine(context.AsStarted($"Note: {notice}"));
            }
        }

        Show(await client.TrafficAsync(name, cancellationToken), json);
        return ExitCode.Done;
    }

    private void Show(TrafficView view, bool json)
    {
        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(view, ApiJson.Default.TrafficView)));
            return;
        }

        context.Screen.Line(view.Divided ? $"Requests of service '{view.Service}' are divided; sticky: {view.Sticky}." : $"Requests of service '{view.Service}' are not divided.");
        if (view.Canary is { } canary)
        {
            var waits = canary.WaitsFor is { } what ? $"; waits for {what}" : "";
            context.Screen.Line($"Version {canary.Version} is a canary beside version {canary.Baseline}, at {canary.Percent}% (its shares: {string.Join("%, ", canary.Steps)}%, then all), analysed by {string.Join(", ", canary.Metrics.Select(metric => Analysed(canary, metric)))}{waits}.");
        }

        var table = new TextTable("VERSION", "WEIGHT", "NOW", "MIRRORED", "REPLICAS", "STATUS", "REASON");
        foreach (var arm in view.Arms)
        {
            table.Add(
                arm.Version.ToString(CultureInfo.InvariantCulture),
                Percent(arm.Weight),
                Percent(arm.InForce),
                arm.Mirrored > 0 ? Percent(arm.Mirrored) : "-",
                $"{arm.ReadyReplicas}/{arm.TotalReplicas}",
                arm.Status,
                arm.Reason ?? "-");
        }

        foreach (var line in table.Lines(context.Screen))
        {
            context.Screen.Line(line);
        }
    }

    private static string Analysed(CanaryView canary, string metric) =>
        canary.Tolerances?.TryGetValue(metric, out var tolerated) == true ? $"{metric} (worse by more than {Tolerance.Text(metric, tolerated)})" : metric;

    private static string Percent(int percent) => string.Create(CultureInfo.InvariantCulture, $"{percent}%");
}
