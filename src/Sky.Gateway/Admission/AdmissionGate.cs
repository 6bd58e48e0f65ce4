using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sky.Gateway.Ingress;
using Sky.Gateway.Reporting;

namespace Sky.Gateway.Admission;

/// <summary>The one step between routing and forwarding: a lease on a replica at once, after being held, or not at all.</summary>
internal sealed class AdmissionGate(ReportSignal report)
{
    /// <summary>Completes at once when a replica is usable; otherwise holds the request, which also wakes a service that sleeps.</summary>
    public ValueTask<AdmissionResult> AdmitAsync(GatewayRequest request)
    {
        var service = request.Route.Service;
        if (service.TryLease(request.Pick) is { } lease)
        {
            return ValueTask.FromResult(AdmissionResult.Go(lease));
        }

        report.Raise();
        return new ValueTask<AdmissionResult>(service.Held.HoldAsync(request.Pick, DeclaredBytes(request), request.Context.RequestAborted));
    }

    private static long DeclaredBytes(GatewayRequest request)
    {
        if (request.Call?.Body is { } kept)
        {
            return kept.ReceivedLength;
        }

        var context = request.Context;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return 0;
        }

        return context.Request.ContentLength ?? HoldQueue.UnknownLength;
    }
}
