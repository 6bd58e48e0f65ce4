using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Sky.Gateway.Forwarding;

/// <summary>The forwarder's error in our terms.</summary>
internal static class Outcomes
{
    /// <param name="context">The request after the attempt.</param>
    /// <param name="error">Not <see cref="ForwarderError.None"/>.</param>
    /// <param name="idle">The sweeper cut it.</param>
    /// <param name="expired">The deadline that cut it.</param>
    public static ForwardOutcome Classify(HttpContext context, ForwarderError error, bool idle, ForwardOutcome? expired = null)
    {
        if (expired is { } late)
        {
            return late;
        }

        if (idle)
        {
            return ForwardOutcome.IdleAfterHeaders;
        }

        if (context.RequestAborted.IsCancellationRequested && !IsOfReplica(error))
        {
            return ForwardOutcome.ClientGone;
        }

        return error switch
        {
            ForwarderError.Request => OfConnection(context),
            ForwarderError.ResponseHeaders when !context.Response.HasStarted => OfConnection(context),
            ForwarderError.RequestTimedOut => ForwardOutcome.TimedOutBeforeHeaders,
            ForwarderError.RequestCreation => ForwardOutcome.BadRequest,
            ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled when !context.Response.HasStarted => ForwardOutcome.BadRequest,

            // The answer went through whole; the replica had not cared for the rest of the request's body.
            ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled => ForwardOutcome.Completed,
            ForwarderError.RequestBodyDestination when context.Response.HasStarted => ForwardOutcome.Completed,
            ForwarderError.ResponseBodyClient or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient => ForwardOutcome.ClientGone,
            _ => context.Response.HasStarted ? ForwardOutcome.BrokeAfterHeaders : ForwardOutcome.BrokeBeforeHeaders,
        };
    }

    /// <summary>A broken response cuts the client's connection, so that it looks as if the client had gone first.</summary>
    private static bool IsOfReplica(ForwarderError error) =>
        error is ForwarderError.ResponseBodyDestination or ForwarderError.UpgradeResponseDestination or ForwarderError.UpgradeRequestDestination;

    private static ForwardOutcome OfConnection(HttpContext context)
    {
        var failure = context.Features.Get<IForwarderErrorFeature>()?.Exception;

        // .NET's client throws it as it is where the replica was gone right after it had taken the connection: nothing was sent.
        if (failure is SocketException)
        {
            return ForwardOutcome.ConnectFailed;
        }

        return (failure as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError => ForwardOutcome.ConnectFailed,
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => ForwardOutcome.NoHttp,
            _ => ForwardOutcome.BrokeBeforeHeaders,
        };
    }
}
