using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Sky.Gateway.Admission.Limits;
using Sky.Gateway.Ingress;
using Sky.Gateway.Ingress.Keys;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.LoadBalancing.Decisions;
using Sky.Gateway.Routing.Models;
using Yarp.ReverseProxy.Forwarder;

namespace Sky.Gateway.Forwarding;

/// <summary>
/// One attempt on one replica: what is changed on the way there and back, and how long nothing has moved. It is the forwarder's
/// transformer and the sweeper's entry in one object, because there is one for every request.
/// </summary>
internal sealed class ReplicaExchange(GatewayRequest request, ReplicaLease lease, IdleSweeper sweeper, int idleSeconds) : HttpTransformer
{
    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private int _lastMoved;

    /// <summary>On the replica whose answer it is: another one when a second replica was faster.</summary>
    public ReplicaLease Lease { get; set; } = lease;

    /// <summary>The sweeper's list; owned by it.</summary>
    public LinkedListNode<ReplicaExchange>? Watched { get; set; }

    /// <summary>Ends the attempt when it takes too long; null where nothing of that kind is set.</summary>
    public AttemptDeadline? Deadline { get; init; }

    /// <summary>The replica's answer; 0 before it is there.</summary>
    public int Status { get; private set; }

    /// <summary>When the replica wants to be asked again, where it said so.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>True: the sweeper cut it.</summary>
    public bool Idle { get; private set; }

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.RequestUri = new Uri(request.Route.ReplicaUrl(destinationPrefix), AsSent);
        ForwardedHeaders.Apply(httpContext, request.Route, proxyRequest.Headers);
        if (httpContext.Request.Body is ModelBodyStream held)
        {
            HeldContent.Announce(proxyRequest, held);
        }

        if (request.Meter is not null)
        {
            // Of an answer that is compressed nothing could be read.
            proxyRequest.Headers.Remove(HeaderNames.AcceptEncoding);
        }

        RequestNames.Tell(request.Telemetry, proxyRequest.Headers);
        HopByHop.RemoveNominated(httpContext.Request.Headers.Connection, proxyRequest.Headers, proxyRequest.Content?.Headers);
        StrayKeys.Remove(proxyRequest.Headers);
        UpstreamAuth.Apply(request.Route.Service.Snapshot().Endpoints?.UpstreamAuth, proxyRequest.Headers);
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return false;
        }

        if (proxyResponse.StatusCode is HttpStatusCode.SwitchingProtocols && !AskedToSwitch(proxyResponse))
        {
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "The replica switched protocols unasked.");
        }

        if ((int)proxyResponse.StatusCode < StatusCodes.Status100Continue)
        {
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "The replica answered with a status that HTTP does not have.");
        }

        Deadline?.Answered();
        request.LeaveRamp(answered: true);
        Status = (int)proxyResponse.StatusCode;
        if (Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable && proxyResponse.Headers.RetryAfter is { } told)
        {
            RetryAfter = told.Delta ?? TimeSpan.FromSeconds(1);
        }

        RequestNames.Yield(request.Telemetry, proxyResponse.Headers, httpContext.Response.Headers);
        request.Call?.Body?.ReleaseIfSent();
        await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse.Headers.NonValidated.TryGetValues(HeaderNames.Connection, out var connection))
        {
            HopByHop.RemoveNominated(connection.ToString(), httpContext.Response.Headers);
        }

        DecisionStage.Tell(request, httpContext.Response.Headers);
        if (request.Ticket is { } ticket)
        {
            LimitAnswers.Describe(ticket.Told, httpContext.Response.Headers);
        }

        request.Answers?.Answered(request, httpContext);
        Moved();
        request.Meter?.Answered(httpContext, proxyResponse);
        if (proxyResponse.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.ResetContent)
        {
            // What comes after the headers is no body, whatever they say, and the server would refuse to send them with a length.
            httpContext.Response.ContentLength = proxyResponse.StatusCode is HttpStatusCode.ResetContent ? 0 : null;
            return false;
        }

        proxyResponse.Content = new WatchedContent(proxyResponse.Content, this);
        return true;
    }

    private static bool AskedToSwitch(HttpResponseMessage response) =>
        response.RequestMessage?.Headers.NonValidated.Contains(HeaderNames.Upgrade) is true;

    /// <summary>The answer as it goes to the client.</summary>
    public Stream Metered(Stream answer) => request.Meter?.Wrap(answer) ?? answer;

    /// <summary>The answer, looked through for the id of what the replica holds from now on.</summary>
    public Stream Noted(Stream answer) => request.ResponseStored is { } stored && request.Context.Response.StatusCode == StatusCodes.Status200OK
        ? new ResponseIdStream(answer, stored)
        : answer;

    /// <summary>Bytes moved, in either direction.</summary>
    public void Moved() => _lastMoved = sweeper.Second;

    /// <summary>Bytes of the response's body are there, or its end; costs next to nothing when it is said again.</summary>
    public void Answered(int bytes)
    {
        Lease.FirstToken();
        request.Telemetry.Read(bytes);
    }

    /// <summary>The response waits for the replica: from now on the sweeper looks at it.</summary>
    public void Watch() => sweeper.Add(this);

    public void Unwatch() => sweeper.Remove(this);

    /// <summary>Sends the headers to the client while the replica takes its time for the body.</summary>
    public Task FlushHeadersAsync(CancellationToken cancellationToken) =>
        request.Context.Response.HasStarted ? Task.CompletedTask : request.Context.Response.Body.FlushAsync(cancellationToken);

    public void CutWhenIdle(int second)
    {
        if (second - Volatile.Read(ref _lastMoved) > idleSeconds)
        {
            Idle = true;
            request.Context.Abort();
        }
    }
}
