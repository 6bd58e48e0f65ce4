using Sky.Core.Metering;
using Sky.Gateway.Ingress;

namespace Sky.Gateway.Metering;

/// <summary>
/// Wants to know what each request used in the end: limits give back what they reserved, metrics count. Called once for each request to a
/// model, on the request's way: it must neither block nor throw.
/// </summary>
internal interface IMeter
{
    /// <param name="request">The request; it may still be in flight, with nothing left of its answer that costs.</param>
    /// <param name="settlement">Tokens and cost.</param>
    void Settled(GatewayRequest request, Settlement settlement);
}
