using Sky.Core.Metering;
using Sky.Gateway.Ingress;
using Sky.Gateway.Metering;

namespace Sky.Gateway.Telemetry;

/// <summary>Takes note of what a request used.</summary>
internal sealed class TelemetryMeter : IMeter
{
    public void Settled(GatewayRequest request, Settlement settlement) => request.Telemetry.Settled(request.Route.Service, settlement);
}
