using Sky.Core.Metering;
using Sky.Gateway.Ingress;
using Sky.Gateway.Metering;

namespace Sky.Gateway.Admission.Limits;

/// <summary>Puts what a request used in the place of what its limits and its turn in the queue had reckoned with.</summary>
internal sealed class LimitMeter : IMeter
{
    /// <summary>Budgets count this; nothing is converted.</summary>
    private const string Dollars = "USD";

    public void Settled(GatewayRequest request, Settlement settlement)
    {
        var (prompt, answer) = (settlement.Usage.Prompt, settlement.Usage.Completion);
        request.Ticket?.Settle(prompt + answer, settlement.Currency == Dollars ? settlement.Cost : 0);
        if (request.CountedWork > 0)
        {
            request.Route.Service.Held.Correct(request, prompt + (2 * answer) - request.CountedWork);
        }
    }
}
