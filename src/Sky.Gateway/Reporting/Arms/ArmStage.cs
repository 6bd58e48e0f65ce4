using Sky.Core.Metering;
using Sky.Core.Specs;
using Sky.Gateway.Feedback;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Ingress;
using Sky.Gateway.Telemetry;

namespace Sky.Gateway.Reporting.Arms;

/// <summary>Counts the requests of services that are divided for the versions that answered them.</summary>
internal sealed class ArmStage(ArmBook book, AnswerMap answers)
{
    /// <summary>Such a request has a replica: its answer is to be known again by its id.</summary>
    public void Begin(GatewayRequest request)
    {
        if (request.Split is null)
        {
            return;
        }

        request.Answers = answers;
        if (request.Call is not null)
        {
            var before = request.ResponseStored;
            request.ResponseStored = id =>
            {
                before?.Invoke(id);
                answers.Note(request, id);
            };
        }
    }

    /// <summary>It is over.</summary>
    public void End(GatewayRequest request)
    {
        if (request.Split is not { } split || request.Telemetry is not { Version: > 0 } telemetry)
        {
            return;
        }

        ArmCounter? Counter(int version) => book.Find(new ArmKey(request.Route.Service.Name, split.Traffic.Generation, version));
        foreach (var version in request.FailedVersions ?? [])
        {
            if (version != telemetry.Version)
            {
                Counter(version)?.Failed();
            }
        }

        if (Counter(telemetry.Version) is { } counter)
        {
            Count(counter, telemetry, Priced(telemetry.Settlement, split.Traffic.PricesOf(telemetry.Version, request.Route.Service.Snapshot().Endpoints?.Prices)));
        }
    }

    /// <summary>At what its own version asks: with one price for all, a cheaper version would not show.</summary>
    private static Settlement? Priced(Settlement? settlement, PriceSpec? prices) => settlement is null
        ? null
        : settlement with { Cost = TokenCost.Of(settlement.Usage, prices), Currency = prices?.Currency };

    private static void Count(ArmCounter counter, RequestTelemetry telemetry, Settlement? settlement)
    {
        switch (telemetry)
        {
            case { Outcome: RequestOutcome.ClientGone }:
                counter.Aborted();
                break;
            case { Outcome: RequestOutcome.Failed } or { Outcome: RequestOutcome.ReplicaError, Status: >= 500 }:
                counter.Failed();
                break;
            case { LastAttempt: ForwardOutcome.BadRequest }:
                break;
            case { Outcome: RequestOutcome.Ok, UntilSent: { } sent }:
                counter.Answered(telemetry.FirstByte - sent, telemetry.Total - sent, settlement);
                break;
            default:
                counter.Answered(null, null, null);
                break;
        }
    }
}
