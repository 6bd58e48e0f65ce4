using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sky.Gateway.Admission;
using Sky.Gateway.Admission.Limits;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Forwarding.Mirroring;
using Sky.Gateway.Ingress.Keys;
using Sky.Gateway.LoadBalancing.Decisions;
using Sky.Gateway.Metering;
using Sky.Gateway.Reporting.Arms;
using Sky.Gateway.Routing;
using Sky.Gateway.Telemetry;

namespace Sky.Gateway.Ingress;

/// <summary>A request's way: who calls, routing, metering, admission, forwarding. One place catches what nobody expected.</summary>
internal sealed partial class GatewayPipeline(
    KeyCheck keys, RoutingStage routing, LimitGate limits, MeteringStage metering, AdmissionGate admission, RequestForwarder forwarder, DrainWatch drain,
    TelemetryStage telemetry, DecisionStage decisions, ArmStage arms, MirrorStage mirror, ILogger<GatewayPipeline> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        var target = RequestTarget.Of(context);
        var tooLong = target?.Length > RequestTarget.Longest;
        var stray = target is not null && !tooLong && StrayKeys.AreInTheOpen(context, target);
        var request = new GatewayRequest(context, target is null || tooLong || stray ? "" : target);
        telemetry.Begin(request);
        try
        {
            if (target is null || RequestTarget.HasDoubtfulLength(context))
            {
                await ErrorAnswer.WriteAsync(
                    context, StatusCodes.Status400BadRequest, "The request's target is not a path, or the length of its body is in doubt.", "bad_request");
                return;
            }

            if (tooLong)
            {
                await ErrorAnswer.WriteAsync(
                    context, StatusCodes.Status414UriTooLong, "The path and query are longer than the 32768 characters that they may have.", "uri_too_long");
                return;
            }

            if (stray)
            {
                await ErrorAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, StrayKeys.Message, "misplaced_key");
                return;
            }

            keys.Identify(request);
            if (!await routing.RouteAsync(request) || await keys.RefuseAsync(request))
            {
                return;
            }

            request.Route.Service.Arrivals.Count();
            if (await limits.RefuseAsync(request))
            {
                return;
            }

            metering.Begin(request);
            request.Telemetry.Service = request.Route.Service;
            decisions.Begin(request);
            var (lease, refusal) = await admission.AdmitAsync(request);
            if (lease is null)
            {
                request.Ticket?.GiveBack();
                request.Telemetry.GotNone(request.Route.Service);
                await Refusals.AnswerAsync(context, request.Route.Service, refusal);
                return;
            }

            telemetry.Admitted(request);
            arms.Begin(request);
            using (lease)
            {
                await forwarder.ForwardAsync(request, lease);
            }
        }
        catch (Exception failure)
        {
            await FailAsync(context, failure);
        }
        finally
        {
            request.Meter?.End();
            telemetry.End(request);
            arms.End(request);
            mirror.End(request);
            request.Ticket?.Dispose();
            request.LeaveRamp(answered: false);
            request.LeaveRoom();
            request.Call?.Body?.Release();
            drain.Ended(context);
        }
    }

    private async Task FailAsync(HttpContext context, Exception failure)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        // Messages of exceptions may quote a header: only the kind is named.
        Failed(logger, failure.GetType().FullName);
        context.Features.Set(new OwnError(OwnError.GatewayFailed));
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        await ErrorAnswer.WriteAsync(context, StatusCodes.Status500InternalServerError, "The gateway failed to handle the request.", OwnError.GatewayFailed);
    }

    [LoggerMessage(4003, LogLevel.Error, "A request failed inside the gateway: {Kind}")]
    private static partial void Failed(ILogger logger, string? kind);
}
