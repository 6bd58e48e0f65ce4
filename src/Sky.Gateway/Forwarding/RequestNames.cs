using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Sky.Gateway.Telemetry;

namespace Sky.Gateway.Forwarding;

/// <summary>The names that a request bears on its way: its id, and where traces are on, the span that it belongs to.</summary>
internal static class RequestNames
{
    private const string TraceParent = "traceparent";

    /// <summary>To the replica: the client's id, else the gateway's; the client's <c>traceparent</c>, unless there is a span below it.</summary>
    public static void Tell(RequestTelemetry telemetry, HttpRequestHeaders headers)
    {
        if (!headers.NonValidated.Contains(RequestIds.Header))
        {
            headers.TryAddWithoutValidation(RequestIds.Header, telemetry.RequestId);
        }

        if (telemetry.TraceParent is { } parent)
        {
            headers.Remove(TraceParent);
            headers.TryAddWithoutValidation(TraceParent, parent);
        }
    }

    /// <summary>To the client: what the replica calls it, where it does.</summary>
    public static void Yield(RequestTelemetry telemetry, HttpResponseHeaders replica, IHeaderDictionary client)
    {
        if (replica.NonValidated.Contains(RequestIds.Header))
        {
            client.Remove(RequestIds.Header);
        }
        else
        {
            // An attempt that failed may have taken it off.
            client[RequestIds.Header] = telemetry.RequestId;
        }
    }
}
