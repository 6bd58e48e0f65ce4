using Microsoft.AspNetCore.Http;
using Sky.Gateway.Admission;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding.Hedging;
using Sky.Gateway.Forwarding.Mirroring;
using Sky.Gateway.Health;
using Sky.Gateway.Health.Outliers;
using Sky.Gateway.Ingress;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.Telemetry;
using Sky.Gateway.Telemetry.Metrics;
using Yarp.ReverseProxy.Forwarder;

namespace Sky.Gateway.Forwarding;

/// <summary>
/// Brings a request to a replica and its answer back; to another replica when the first could not be reached, or when the request
/// may be repeated and nothing of an answer has reached the client. Whatever happens, the lease ends with the attempt.
/// </summary>
internal sealed class RequestForwarder(
    IHttpForwarder forwarder, UpstreamClient upstream, IdleSweeper sweeper, AdmissionGate admission, ReplicaProbe probes, ForwardLog log,
    MirrorStage mirror, TimeProvider time)
{
    private const int MostAttempts = 3;

    /// <summary>Forwards, beginning with the replica of <paramref name="lease"/>.</summary>
    public async Task ForwardAsync(GatewayRequest request, ReplicaLease lease)
    {
        request.Meter?.Prepare();
        var replay = ReplayableBody.For(request);
        if (request.Split is not null)
        {
            mirror.Copy(request);
        }

        var outcome = await AttemptAsync(request, lease, replay);
        if (outcome is not ForwardOutcome.Completed)
        {
            await RecoverAsync(request, replay, request.Replica ?? lease.Replica, outcome);
        }
    }

    private async Task<ForwardOutcome> AttemptAsync(GatewayRequest request, ReplicaLease lease, ReplayableBody? hedged = null)
    {
        using (lease)
        {
            var snapshot = request.Route.Service.Snapshot();
            request.Replica = lease.Replica;
            using var deadline = Deadline(request, snapshot);
            var exchange = new ReplicaExchange(request, lease, sweeper, snapshot.IdleSeconds) { Deadline = deadline };
            request.Meter?.Sending(lease.Replica);
            request.Telemetry.Sending(lease.Replica);
            await using var hedge = hedged is null ? null : HedgedAttempt.For(upstream, request, hedged, exchange, time);
            var error = await forwarder.SendAsync(request.Context, lease.Replica.Prefix, hedge ?? upstream.Invoker, snapshot.Forwarding, exchange, deadline?.Token ?? CancellationToken.None);
            var outcome = error == ForwarderError.None ? ForwardOutcome.Completed : Outcomes.Classify(request.Context, error, exchange.Idle, deadline?.Expired);
            request.Meter?.Ended(outcome);
            request.Telemetry.AttemptEnded(outcome, exchange.Status);
            if (request.Route.Service.Outliers.Count(exchange.Lease.Replica, ReplicaVerdicts.Of(outcome, exchange.Status, exchange.RetryAfter is not null), exchange.RetryAfter))
            {
                log.Ejected(request.Route.Service, exchange.Lease.Replica);
                request.Telemetry.Ejected(request.Route.Service, EjectionReason.Outlier);
            }

            return outcome;
        }
    }

    private AttemptDeadline? Deadline(GatewayRequest request, ServiceSnapshot snapshot)
    {
        if (snapshot is { HeadersTimeout: null, Endpoints.Timeouts: { TrySeconds: null, TotalSeconds: null } })
        {
            return null;
        }

        request.Began ??= time.GetTimestamp();
        var deadline = AttemptDeadline.For(snapshot, request.Began.Value, time, CancellationToken.None);
        if (deadline is not null && snapshot.HeadersTimeout is not null)
        {
            request.Context.Request.Body = new TimedBody(request.Context.Request.Body, deadline);
        }

        return deadline;
    }

    private async Task RecoverAsync(GatewayRequest request, ReplayableBody replay, ReplicaTracker replica, ForwardOutcome outcome)
    {
        var context = request.Context;
        HashSet<ReplicaTracker> tried = [replica];
        for (var attempt = 1; ; attempt++)
        {
            // Another one when the request fell back.
            var service = request.Route.Service;
            log.Ended(service, replica, outcome, attempt);
            if (outcome is ForwardOutcome.ConnectFailed)
            {
                Suspect(request, service, replica);
            }

            using var budget = attempt < MostAttempts && request.Pinned is null && MayRepeat(context, replay, outcome) ? Budget(request, service, attempt) : null;
            StartOver(request);
            if (budget is null)
            {
                await FailAsync(context, replay, outcome);
                return;
            }

            // The forwarder begins with none but an untouched answer.
            context.Response.StatusCode = StatusCodes.Status200OK;
            var (lease, refusal) = await NextAsync(request, replica, tried, outcome);
            if (lease is null)
            {
                await (refusal is Refusal.None || (refusal is Refusal.Hopeless && outcome is not ForwardOutcome.ConnectFailed)
                    ? FailAsync(context, replay, outcome)
                    : Refusals.AnswerAsync(context, request.Route.Service, refusal));
                return;
            }

            replay.Rewind();
            request.Telemetry.Retrying(request.Route.Service, outcome);
            if (request.Split is not null)
            {
                (request.FailedVersions ??= []).Add(replica.Version);
            }

            replica = lease.Replica;
            tried.Add(replica);
            outcome = await AttemptAsync(request, lease);
            if (outcome is ForwardOutcome.Completed)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Another replica; when there is none, it waits for one like any request. A replica that broke the request and still passes its probe is
    /// none to wait for: the next try would be on it again, and the request may be what breaks it.
    /// </summary>
    private async ValueTask<AdmissionResult> NextAsync(GatewayRequest request, ReplicaTracker replica, HashSet<ReplicaTracker> tried, ForwardOutcome outcome)
    {
        var service = request.Route.Service;
        var avoided = Neighbours.With(tried, replica, service.Snapshot().Replicas);
        if ((avoided is null ? null : service.TryLease(request, avoided)) is { } elsewhere)
        {
            return AdmissionResult.Go(elsewhere);
        }

        if (service.TryLease(request, tried) is { } lease)
        {
            return AdmissionResult.Go(lease);
        }

        if (outcome is ForwardOutcome.BrokeBeforeHeaders && replica.Usable && service.Snapshot().Endpoints is { } endpoints)
        {
            if (await probes.SharedAsync(replica, endpoints.ReadinessProbe, request.Context.RequestAborted))
            {
                return AdmissionResult.Refuse(Refusal.None);
            }

            Suspect(request, service, replica);
        }

        return outcome is ForwardOutcome.BrokeBeforeHeaders or ForwardOutcome.ConnectFailed
            ? await admission.AdmitAsync(request)
            : AdmissionResult.Refuse(Refusal.None);
    }

    /// <summary>Takes back what the attempt has left in the answer, but for the request's name.</summary>
    private static void StartOver(GatewayRequest request)
    {
        var response = request.Context.Response;
        if (!response.HasStarted)
        {
            // The status tells what was wrong with a request that could not be read.
            var status = response.StatusCode;
            response.Clear();
            response.StatusCode = status;
            response.Headers[RequestIds.Header] = request.Telemetry.RequestId;
        }
    }

    private void Suspect(GatewayRequest request, ServiceState service, ReplicaTracker replica)
    {
        if (service.SetSuspect(replica, true))
        {
            log.Suspected(service, replica);
            request.Telemetry.Ejected(service, EjectionReason.ConnectFailed);
        }
    }

    private static bool MayRepeat(HttpContext context, ReplayableBody replay, ForwardOutcome outcome) =>
        !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested && outcome switch
        {
            ForwardOutcome.ConnectFailed => true,
            ForwardOutcome.BrokeBeforeHeaders or ForwardOutcome.NoHttp or ForwardOutcome.TryTimedOut => replay.CanRepeat,
            _ => false,
        };

    private static RetryTicket? Budget(GatewayRequest request, ServiceState service, int attempt)
    {
        if (attempt == 1)
        {
            return RetryTicket.Free;
        }

        var inFlight = 0;
        foreach (var replica in service.Snapshot().Replicas)
        {
            inFlight += replica.InFlight;
        }

        if (service.Retries.TryEnter(inFlight))
        {
            return new RetryTicket(service.Retries);
        }

        request.Telemetry.RetryRefused(service);
        return null;
    }

    private static Task FailAsync(HttpContext context, ReplayableBody replay, ForwardOutcome outcome)
    {
        if (context.Response.HasStarted || outcome is ForwardOutcome.ClientGone or ForwardOutcome.IdleAfterHeaders)
        {
            return Task.CompletedTask;
        }

        if (outcome is not (ForwardOutcome.BadRequest or ForwardOutcome.ConnectFailed) && !replay.MayBeSentTwice)
        {
            // A replica may have done it, and doing it twice may do harm: clients that repeat by themselves must not.
            context.Response.Headers[ErrorAnswer.ShouldRetry] = "false";
        }

        return outcome switch
        {
            ForwardOutcome.BadRequest => ErrorAnswer.WriteAsync(
                context,
                context.Response.StatusCode is >= 400 and < 500 ? context.Response.StatusCode : StatusCodes.Status400BadRequest,
                "The request could not be read.",
                "bad_request"),
            ForwardOutcome.TimedOutBeforeHeaders or ForwardOutcome.TryTimedOut or ForwardOutcome.OutOfTime => ErrorAnswer.WriteAsync(
                context, StatusCodes.Status504GatewayTimeout, "The replica did not answer in time.", "replica_timeout"),
            ForwardOutcome.ConnectFailed => ErrorAnswer.WriteAsync(
                context, StatusCodes.Status502BadGateway, "No replica could be reached.", "replica_unreachable"),
            _ => ErrorAnswer.WriteAsync(
                context, StatusCodes.Status502BadGateway, "The replica broke the connection before it answered.", "replica_broke"),
        };
    }
}
