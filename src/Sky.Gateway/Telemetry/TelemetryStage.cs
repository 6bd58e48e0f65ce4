using Microsoft.AspNetCore.Http;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Ingress;
using Sky.Gateway.Routing.Models;
using Sky.Gateway.Telemetry.AccessLog;
using Sky.Gateway.Telemetry.Metrics;
using Sky.Gateway.Telemetry.Tracing;

namespace Sky.Gateway.Telemetry;

/// <summary>The begin and the end of what is told of a request.</summary>
internal sealed class TelemetryStage(
    GatewayMetrics metrics, RequestTracing tracing, AccessLogWriter log, RequestIds ids, ModelIndex models, TimeProvider time)
{
    /// <summary>As other proxies write it: the client left before there was an answer. No client sees it.</summary>
    private const int ClientClosedRequest = 499;

    public void Begin(GatewayRequest request)
    {
        var (telemetry, http) = (request.Telemetry, request.Context.Request);
        telemetry.Begin(metrics, tracing.Begin(http), time);
        (telemetry.Method, telemetry.IsTls, telemetry.Target, telemetry.RequestId) = (http.Method, http.IsHttps, request.Target, ids.Of(http));
        request.Context.Response.Headers[RequestIds.Header] = telemetry.RequestId;
    }

    /// <summary>It has a replica of its route's service, which is another than the one that was asked for when that had no capacity.</summary>
    public void Admitted(GatewayRequest request)
    {
        var service = request.Route.Service;
        request.Telemetry.Got(service, request.Pinned is not null ? DecisionReason.Pinned : request.Telemetry.Service != service ? DecisionReason.Fallback : null);
    }

    public void End(GatewayRequest request)
    {
        var telemetry = request.Telemetry;
        telemetry.Ended();
        Describe(request, telemetry);
        Judge(request.Context, telemetry);
        if (telemetry.Error == OwnError.InvalidKey)
        {
            metrics.KeyRefused(request.KeyProblem);
        }

        metrics.Ended(telemetry);
        telemetry.Close();
        log.Add(telemetry);
    }

    private void Describe(GatewayRequest request, RequestTelemetry telemetry)
    {
        telemetry.Service = request.Route.Service;
        telemetry.KeyId = request.Caller.KeyId?.Value;
        telemetry.BytesIn = request.Call?.Body?.ReceivedLength ?? request.Context.Request.ContentLength;
        telemetry.Model = request.Call?.Model ?? request.Model;
        if (request.Call is { } call)
        {
            telemetry.IsStream = call.Stream;
            telemetry.Operation = Words.Of(call.Kind);
            telemetry.KnownModel = telemetry.Service is { } service && models.Current.Of(service)?.Serves(call.Model) is true ? call.Model : null;
        }
    }

    private static void Judge(HttpContext context, RequestTelemetry telemetry)
    {
        var gone = telemetry.LastAttempt is ForwardOutcome.ClientGone || (telemetry.LastAttempt is null && context.RequestAborted.IsCancellationRequested);
        telemetry.Status = gone && !context.Response.HasStarted ? ClientClosedRequest : context.Response.StatusCode;
        var own = telemetry.Status >= 400 || telemetry.LastAttempt is null ? context.Features.Get<OwnError>()?.Code : null;
        (telemetry.Outcome, telemetry.Error) = telemetry switch
        {
            _ when own is OwnError.GatewayFailed => (RequestOutcome.Failed, own),
            _ when gone => (RequestOutcome.ClientGone, RequestOutcome.ClientGone),
            { LastAttempt: ForwardOutcome.Completed, Status: >= 400 } => (RequestOutcome.ReplicaError, Numbers.Text(Words.Status(telemetry.Status))),
            { LastAttempt: null or ForwardOutcome.Completed } when own is null => (RequestOutcome.Ok, null),
            { LastAttempt: null or ForwardOutcome.BadRequest or ForwardOutcome.Completed } => (RequestOutcome.Refused, own),
            _ => (RequestOutcome.Failed, own ?? RequestOutcome.Of(telemetry.LastAttempt ?? ForwardOutcome.BrokeAfterHeaders)),
        };
    }
}
