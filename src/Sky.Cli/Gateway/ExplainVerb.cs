using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Sky.Cli.Commands;
using Sky.Cli.Hosting;
using Sky.Cli.Serve;
using Sky.Cli.Terminal;
using Sky.Core.Specs;
using Sky.Gateway.LoadBalancing.Decisions;

namespace Sky.Cli.Gateway;

/// <summary><c>sky gateway explain</c></summary>
internal sealed class ExplainVerb(CliContext context, Settings settings)
{
    private const string KeyVariable = "SKY_API_KEY";
    private const int UsualLimit = 5;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static Command Build(CliContext context)
    {
        var request = new Option<string?>("--request") { Description = "Only the request of this x-request-id.", HelpName = "ID" };
        var service = new Option<string?>("--service") { Description = "Only requests of this service.", HelpName = "NAME" };
        var weights = new Option<string?>("--weights") { Description = "Pick anew by other weights of auto: network=2,price=0.05. What is not named weighs what it did.", HelpName = "TERM=WEIGHT,…" };
        var limit = new Option<int>("--limit") { Description = $"Show at most so many, the newest; {UsualLimit} by default.", HelpName = "N", DefaultValueFactory = _ => UsualLimit };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && value < 1)
            {
                result.AddError("--limit is a whole number above 0.");
            }
        });
        var output = ServiceArguments.Output();
        var command = new SkyCommand("explain", "Show how the gateway chose the replicas of recent requests, and what other weights would have chosen.")
        {
            Options = { request, service, weights, limit, output },
            Examples =
            [
                ("sky gateway explain --service chat", "the last decisions, with the replicas that were compared"),
                ("sky gateway explain --weights network=3 --limit 1000", "how many of them would differ with another weight"),
            ],
        };
        SettingOptions.Add(command, ["SKY_HOME", "SKY_GATEWAY_LISTEN"]);
        command.SetAction((parsed, cancellationToken) => new ExplainVerb(context, SettingOptions.Read(context, parsed)).RunAsync(
            parsed.GetValue(service), parsed.GetValue(request), parsed.GetValue(weights), parsed.GetValue(limit),
            parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string? service, string? request, string? weights, int limit, bool json, CancellationToken cancellationToken)
    {
        var change = weights is null ? null : WeightChange.Read(weights);
        var decisions = (await AskAsync(service, request, cancellationToken)).Take(limit).ToList();
        if (request is not null && decisions.Count == 0)
        {
            throw CliException.NotFound($"No decision of request '{request}' is kept: a few of each second are, and those that were asked for with {DecisionAddress.Header}: 1.");
        }

        if (json)
        {
            context.Screen.Line(ExplainJson.Of(decisions, change));
            return ExitCode.Done;
        }

        if (decisions.Count == 0)
        {
            context.Screen.ErrorLine(service is null
                ? "No decisions are kept yet: send a request first."
                : $"No decisions of service '{service}' are kept: send it a request first.");
            return ExitCode.Done;
        }

        decisions.ForEach(decision => Show(decision, change));
        if (change is not null)
        {
            Sum(decisions, change);
        }

        return ExitCode.Done;
    }

    private void Show(Decision decision, WeightChange? change)
    {
        var screen = context.Screen;
        screen.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{decision.At:yyyy-MM-dd HH:mm:ss.fff}  {decision.Request}  {decision.Service}  {decision.Policy}: replica {decision.Picked}, one of {decision.Usable}{(decision.Attempt > 1 ? $", attempt {decision.Attempt}" : "")}, prompt of {decision.PromptTokens} tokens"));
        foreach (var line in (decision.Weights is { } weights ? Terms(decision, weights) : Loads(decision)).LinesWithin(screen.Width(), screen, "SHARE", "OTHERS", "PRICE", "TTFT"))
        {
            screen.Line("  " + line);
        }

        if (change is not null && decision.Replay(change.Apply(decision.Weights ?? new AutoWeights())) is { } other)
        {
            screen.Line(other == decision.Picked ? "  With the other weights: the same." : $"  With the other weights: replica {other}.");
        }

        screen.Line();
    }

    private static TextTable Terms(Decision decision, AutoWeights weights)
    {
        var table = new TextTable("REPLICA", "VERSION", "TOTAL", "QUEUE", "PREFILL", "NETWORK", "DELAY", "BALANCE", "PRICE", "CACHED", "IN_FLIGHT", "OTHERS", "SHARE");
        foreach (var candidate in decision.Candidates)
        {
            var terms = candidate.Terms!;
            table.Add(
                Mark(candidate, decision), Whole(candidate.Version), Number(terms.Total(weights)), Number(terms.Queue), Number(terms.Prefill), Number(terms.Network),
                Number(terms.Delay), Number(terms.Balance), Number(terms.Price), Whole(candidate.CachedTokens ?? 0), Whole(candidate.InFlight), Others(candidate), Number(candidate.Share));
        }

        return table;
    }

    private static TextTable Loads(Decision decision)
    {
        var table = new TextTable("REPLICA", "VERSION", "IN_FLIGHT", "OUTSTANDING", "TTFT", "OTHERS", "SHARE");
        foreach (var candidate in decision.Candidates)
        {
            table.Add(
                Mark(candidate, decision), Whole(candidate.Version), Whole(candidate.InFlight), candidate.OutstandingTokens.ToString(CultureInfo.InvariantCulture),
                Number(candidate.TtftSeconds), Others(candidate), Number(candidate.Share));
        }

        return table;
    }

    private void Sum(List<Decision> decisions, WeightChange change)
    {
        var replayed = decisions.Select(d => (d.Picked, Other: d.Replay(change.Apply(d.Weights ?? new AutoWeights())))).Where(d => d.Other is not null).ToList();
        context.Screen.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{replayed.Count(d => d.Other != d.Picked)} of {replayed.Count} decisions would differ with these weights{(replayed.Count < decisions.Count ? $"; {decisions.Count - replayed.Count} are of other policies than auto" : "")}."));
    }

    private async Task<IReadOnlyList<Decision>> AskAsync(string? service, string? request, CancellationToken cancellationToken)
    {
        var address = new Uri(settings.GatewayListen, $"{DecisionAddress.Path}?service={Uri.EscapeDataString(service ?? "")}&request={Uri.EscapeDataString(request ?? "")}");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };
        if (context.Variable(KeyVariable) is { } key)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        try
        {
            using var response = await http.GetAsync(address, cancellationToken);
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                throw CliException.Failed($"The gateway shows its decisions to operators: make a key with \"sky keys create --operator\" and put it into {KeyVariable}.");
            }

            return response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), DecisionJson.Default.IReadOnlyListDecision)!
                : throw CliException.Failed($"{settings.GatewayListen} answered {(int)response.StatusCode}: is it the gateway?");
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw CliException.Failed($"The gateway at {settings.GatewayListen} cannot be reached: {failure.Message} Say where it is with --gateway-listen.");
        }
    }

    private static string Mark(DecisionCandidate candidate, Decision decision) => candidate.Replica == decision.Picked ? $"{candidate.Replica} *" : Whole(candidate.Replica);

    private static string Others(DecisionCandidate candidate) => candidate.OthersInFlight is { } others ? Whole(others) : "-";

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.####;-0.####;0", CultureInfo.InvariantCulture);
}
