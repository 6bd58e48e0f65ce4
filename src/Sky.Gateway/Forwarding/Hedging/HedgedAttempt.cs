using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Ingress;
using Sky.Gateway.LoadBalancing;

namespace Sky.Gateway.Forwarding.Hedging;

/// <summary>
/// One attempt that may be on two replicas: a second one is asked when the first has not begun its answer in time. The first of both to begin one
/// that is no failure is passed on, and the other is cancelled at that moment. To the forwarder it is one exchange, so that whatever is counted
/// for the request is counted once.
/// </summary>
internal sealed class HedgedAttempt(HttpMessageInvoker upstream, GatewayRequest request, ReplicaExchange exchange, TimeSpan? after, TimeProvider time)
    : HttpMessageInvoker(NoHandler.Instance, disposeHandler: false), IAsyncDisposable
{
    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private readonly ServiceState _service = request.Route.Service;
    private HedgeSide? _first;
    private HedgeSide? _second;
    private Task _losing = Task.CompletedTask;

    /// <summary>Null where the service does not hedge.</summary>
    public static HedgedAttempt? For(UpstreamClient upstream, GatewayRequest request, ReplayableBody replay, ReplicaExchange exchange, TimeProvider time)
    {
        var service = request.Route.Service;
        if (service.Snapshot().Endpoints?.Hedge is not { } spec)
        {
            return null;
        }

        service.Hedging.Budget.Arrived(spec.BudgetPercent);
        return MayHedge(request, replay, spec)
            ? new HedgedAttempt(upstream.Invoker, request, exchange, spec.AfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : service.Hedging.Times.P95, time)
            : null;
    }

    public override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        _first = new HedgeSide(exchange.Lease, token => BeginAsync(message, token), cancellationToken);
        if (!await IsInTimeAsync(_first.Answer, cancellationToken) && Second() is { } lease)
        {
            request.Telemetry.Hedged(_service);
            _second = new HedgeSide(lease, async token => await BeginAsync(Copy(message, lease.Replica), token), cancellationToken);
            await Task.WhenAny(_first.Answer, _second.Answer);
            if (!_first.IsGood && !_second.IsGood)
            {
                await Task.WhenAny(_first.Answer.IsCompleted ? _second.Answer : _first.Answer);
            }

            Decide(_first, _second);
        }

        var answer = await (_second is { } winner && ReferenceEquals(exchange.Lease, winner.Lease) ? winner.Answer : _first.Answer);
        _service.Hedging.Times.Add(time.GetElapsedTime(began));
        return answer;
    }

    /// <summary>The answer is over: nothing of either replica is left behind.</summary>
    public async ValueTask DisposeAsync()
    {
        await _losing;
        _first?.Dispose();
        _second?.Dispose();
        Dispose();
    }

    private static bool MayHedge(GatewayRequest request, ReplayableBody replay, HedgeSpec spec)
    {
        var context = request.Context;
        var isHere = request.Call is { } call
            ? call.Body is not null
            : context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };

        // What a replica keeps, it must not keep twice; and two ends of a switched protocol cannot be compared.
        return isHere && request.Pinned is null && request.ResponseStored is null && !context.Request.Headers.ContainsKey(HeaderNames.Upgrade)
            && (replay.MayBeSentTwice || (spec.Inference && request.Call is not null));
    }

    private async Task<bool> IsInTimeAsync(Task<HttpResponseMessage> answer, CancellationToken cancellationToken)
    {
        if (after is not { } wait)
        {
            return true;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(answer, Task.Delay(wait, time, enough.Token));
        await enough.CancelAsync();
        return answer.IsCompleted || cancellationToken.IsCancellationRequested;
    }

    private ReplicaLease? Second()
    {
        var first = exchange.Lease.Replica;
        var snapshot = _service.Snapshot();
        if (!Array.Exists(snapshot.Usable, replica => snapshot.MayBeBeside(replica, first)) || !_service.Hedging.Budget.TrySpend())
        {
            return null;
        }

        return _service.TryLease(request, beside: first);
    }

    private void Decide(HedgeSide first, HedgeSide second)
    {
        // Where both failed, the first one's failure is told.
        var isFirst = first.IsGood || !second.IsGood;
        _losing = (isFirst ? second : first).CancelAsync();
        if (!isFirst)
        {
            exchange.Lease = second.Lease;
            request.Replica = second.Lease.Replica;
            request.Meter?.Sending(second.Lease.Replica);
            request.Telemetry.Sending(second.Lease.Replica);
        }
    }

    private async Task<HttpResponseMessage> BeginAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        var response = await upstream.SendAsync(message, cancellationToken);
        try
        {
            response.Content = await BegunContent.WaitAsync(response.Content, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private HttpRequestMessage Copy(HttpRequestMessage message, ReplicaTracker replica)
    {
        var copy = new HttpRequestMessage(message.Method, new Uri(request.Route.ReplicaUrl(replica.Prefix), AsSent))
        {
            Version = message.Version,
            VersionPolicy = message.VersionPolicy,
            Content = request.Call?.Body is { } body ? new StreamContent(body.Again()) : null,
        };
        foreach (var (name, values) in message.Headers.NonValidated)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        if (copy.Content is { } content && message.Content is { } original)
        {
            foreach (var (name, values) in original.Headers.NonValidated)
            {
                content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return copy;
    }
}
