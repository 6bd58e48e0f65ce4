using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sky.Gateway.Ingress;
using Sky.Gateway.Reporting;
using Sky.Gateway.Routing.Models;

namespace Sky.Gateway.Admission;

/// <summary>The one step between routing and forwarding: a lease on a replica at once, after being held, or not at all.</summary>
internal sealed class AdmissionGate(ReportSignal report, FallbackChain fallback, ModelRouter models)
{
    /// <summary>
    /// Completes at once when a replica is usable; otherwise holds the request, which also wakes a service that sleeps. A call whose service
    /// has no capacity goes to the services that its file names for that: its route is then theirs.
    /// </summary>
    public ValueTask<AdmissionResult> AdmitAsync(GatewayRequest request)
    {
        if (request.Pinned is { } holder)
        {
            // It was there a moment ago.
            request.Split = request.Route.Service.Snapshot().Split;
            return ValueTask.FromResult(holder.TryAcquire(CallPick.For(request, blocks: false)) is { } own ? AdmissionResult.Go(own) : AdmissionResult.Refuse(Refusal.Hopeless));
        }

        var policy = request.Route.Service.Snapshot().Policy;
        if (request.Call is not null || policy.UsesSession)
        {
            request.Pick = CallPick.For(request, policy.UsesPrefix);
        }

        // Who comes while others wait waits behind them; who had room already has not left it.
        var service = request.Route.Service;
        if ((service.Held.Count == 0 || request.RoomOf == service) && service.TryAdmit(request) is { } lease)
        {
            return ValueTask.FromResult(AdmissionResult.Go(lease));
        }

        report.Raise();
        return request.Call is not null && service.Snapshot().Endpoints is { Fallback.Count: > 0 } ? FindAsync(request) : HoldAsync(request);
    }

    private async ValueTask<AdmissionResult> FindAsync(GatewayRequest request)
    {
        var route = request.Route;
        var first = await HoldAsync(request);
        var result = first;
        foreach (var service in fallback.After(request))
        {
            if (!IsWithoutCapacity(result.Refusal))
            {
                return result;
            }

            request.Route = route with { Service = service };
            models.Send(request.Call!, service);
            service.Arrivals.Count();
            report.Raise();
            result = service.Held.Count == 0 && service.TryAdmit(request) is { } lease ? AdmissionResult.Go(lease) : await HoldAsync(request);
        }

        if (!IsWithoutCapacity(result.Refusal))
        {
            return result;
        }

        // The client is told of the service that it asked for.
        request.Route = route;
        return first;
    }

    private static bool IsWithoutCapacity(Refusal refusal) =>
        refusal is Refusal.Hopeless or Refusal.HoldFull or Refusal.Shed or Refusal.HeldTooLong or Refusal.ServiceGone;

    private static ValueTask<AdmissionResult> HoldAsync(GatewayRequest request)
    {
        request.Telemetry.Held();

        // Nobody waits for room while holding some.
        request.LeaveRoom();
        request.LeaveRamp(answered: false);
        return new(request.Route.Service.Held.HoldAsync(request, DeclaredBytes(request), request.Context.RequestAborted));
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
