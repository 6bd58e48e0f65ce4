using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Terminal;
using Sky.Controller.Api;
using Sky.Core.Placement;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve explain NAME</c></summary>
internal sealed class ExplainServiceVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var name = ServiceArguments.Name(context);
        var output = ServiceArguments.Output();
        var command = new SkyCommand("explain", "Tell for each replica why it stands where it stands, and what was tried.")
        {
            Arguments = { name },
            Options = { output },
            Examples = [("sky serve explain hello", "a paragraph for each replica")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new ExplainServiceVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(parsed.GetRequiredValue(name), parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string name, bool json, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken)
            ?? throw CliException.NotFound($"Service '{name}' not found.");
        var view = await client.ExplainAsync(name, cancellationToken);
        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(view, ApiJson.Default.ExplanationView)));
            return ExitCode.Done;
        }

        foreach (var replica in view.Replicas)
        {
            Show(replica);
        }

        foreach (var metric in view.Metrics)
        {
            context.Screen.Line(MetricLine(metric));
        }

        if (view.Waiting is { } waiting)
        {
            context.Screen.Line($"No more replicas are begun: {waiting}.");
        }
        else if (view.Replicas.Count == 0)
        {
            context.Screen.Line($"Service '{name}' has no replicas now.");
        }

        return ExitCode.Done;
    }

    /// <summary>Such as <c>Metric concurrency: 12, target 8 a replica: 2 replicas</c>.</summary>
    internal static string MetricLine(MetricView metric)
    {
        var age = metric.AgeSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $", read {seconds:0} s ago") : "";
        var problem = metric.Problem is { } why ? $"; now it cannot be read: {why}" : "";
        return metric.Wanted is { } wanted
            ? string.Create(CultureInfo.InvariantCulture, $"Metric {metric.Name}: {metric.Value:0.###}{age}, target {metric.Target:0.###}{(metric.PerReplica ? " a replica" : "")}: {ReplicaCount.Text(wanted)}{problem}")
            : $"Metric {metric.Name}: not known, so no replica is taken away{problem}";
    }

    private static string Avoided(PlaceView place) => place is { Avoided: { } why, AvoidedUntil: { } until }
        ? $"; kept away from until {Moment(until)} ({Words(why)})"
        : "";

    private static string Words(PlaceTrouble trouble) => trouble switch
    {
        PlaceTrouble.NoCapacity => "no capacity",
        PlaceTrouble.Price => "its price",
        PlaceTrouble.Preempted => "a node was taken away",
        PlaceTrouble.Quota => "quota",
        PlaceTrouble.Invalid => "the request was refused as wrong",
        PlaceTrouble.Unauthorized => "not authorized",
        _ => "its interface did not answer",
    };

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private void Show(ReplicaExplanationView replica)
    {
        var place = replica.Place;
        var spot = place.UseSpot ? "[spot]" : "";
        context.Screen.Line(context.Screen.Paint(Colors.Bold, $"Replica {replica.Id}") + $" (version {replica.Version}, {replica.Status}) on {PlacesTable.Infra(place, place.Zone is { } zone ? [zone] : [])}, {place.InstanceType}{spot}");
        context.Screen.Line($"  asked    {replica.Asked}");
        context.Screen.Line($"  why      {replica.Why}");
        foreach (var better in replica.Better)
        {
            context.Screen.Line($"  better   {PlacesTable.Infra(better, better.Zone is { } at ? [at] : [])}, {better.InstanceType}, ${PlacesTable.Cost(better)} an hour{Avoided(better)}");
        }

        foreach (var happened in replica.Tried)
        {
            context.Screen.Line($"  {Moment(happened.At)}  {happened.Message}");
        }

        context.Screen.Line();
    }
}
