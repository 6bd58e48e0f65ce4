using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Sky.Gateway.Ingress;
using Sky.Gateway.Ingress.Keys;

namespace Sky.Gateway.LoadBalancing.Decisions;

/// <summary>Has decisions written down, tells them with the answer to who may know, and serves those of late at <c>/-/decisions</c>.</summary>
internal sealed class DecisionStage(DecisionLog log, KeyCheck keys)
{
    /// <summary>A header is read by people: what is far from being picked is left to <c>sky gateway explain</c>.</summary>
    private const int MostTold = 8;

    public static bool IsAsked(ReadOnlySpan<char> target) => target is DecisionAddress.Path || (target.StartsWith(DecisionAddress.Path) && target[DecisionAddress.Path.Length] == '?');

    /// <summary>Before a replica is chosen.</summary>
    public void Begin(GatewayRequest request)
    {
        var headers = request.Context.Request.Headers;
        var asked = headers.TryGetValue(DecisionAddress.Header, out var wish) && wish.ToString() is not ("" or "0" or "false");
        if (asked)
        {
            headers.Remove(DecisionAddress.Header);
        }

        var allowed = asked && keys.IsOperator(request);
        if (asked && !allowed)
        {
            request.Context.Response.Headers[DecisionAddress.Header] = "refused: it takes an operator's key";
        }

        if (allowed || log.TrySample())
        {
            request.Decision = new DecisionNotes(log, request.Telemetry.RequestId, allowed);
        }
    }

    /// <summary>With the answer of the replica: how it was chosen, where the client asked for that and may know.</summary>
    public static void Tell(GatewayRequest request, IHeaderDictionary headers)
    {
        if (request.Decision is { Asked: true, Last: { } decision })
        {
            headers["X-Sky-Service"] = decision.Service;
            headers["X-Sky-Policy"] = decision.Policy;
            headers["X-Sky-Replica"] = decision.Picked.ToString(CultureInfo.InvariantCulture);
            headers["X-Sky-Attempt"] = decision.Attempt.ToString(CultureInfo.InvariantCulture);
            headers["X-Sky-Candidates"] = string.Join("; ", decision.Candidates.Take(MostTold).Select(c => Text(c, decision)));
        }
    }

    public async Task AnswerAsync(GatewayRequest request)
    {
        var context = request.Context;
        if (!keys.IsOperator(request))
        {
            await ErrorAnswer.WriteAsync(context, StatusCodes.Status403Forbidden, "Decisions are for operators' keys.", "operators_only");
            return;
        }

        var query = QueryHelpers.ParseNullableQuery(context.Request.QueryString.Value);
        var (service, id) = (query?.GetValueOrDefault("service").ToString() ?? "", query?.GetValueOrDefault("request").ToString() ?? "");
        IReadOnlyList<Decision> found = [.. log.All.Where(d => (service.Length == 0 || d.Service == service) && (id.Length == 0 || d.Request == id))];
        var body = JsonSerializer.SerializeToUtf8Bytes(found, DecisionJson.Default.IReadOnlyListDecision);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static string Text(DecisionCandidate candidate, Decision decision) => candidate.Terms is { } terms && decision.Weights is { } weights
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{candidate.Replica} total={terms.Total(weights):0.####;-0.####;0} queue={terms.Queue:0.####;-0.####;0} prefill={terms.Prefill:0.####;-0.####;0} network={terms.Network:0.####;-0.####;0} delay={terms.Delay:0.####;-0.####;0} balance={terms.Balance:0.####;-0.####;0} price={terms.Price:0.####;-0.####;0} cached={candidate.CachedTokens} in_flight={candidate.InFlight}")
        : string.Create(CultureInfo.InvariantCulture, $"{candidate.Replica} in_flight={candidate.InFlight} outstanding={candidate.OutstandingTokens} ttft={candidate.TtftSeconds:0.####;-0.####;0}");
}
