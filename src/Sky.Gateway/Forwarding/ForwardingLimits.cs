using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace Sky.Gateway.Forwarding;

/// <summary>The time-outs of a forward that do not depend on the service.</summary>
/// <param name="Connect">To open a connection to a replica.</param>
/// <param name="Headers">From the end of the request's body to the response's headers.</param>
internal sealed record ForwardingLimits(TimeSpan Connect, TimeSpan Headers)
{
    /// <summary>
    /// The forwarder's own activity time-out covers the time before the headers, and starts anew with every piece of the request's body.
    /// After the headers <see cref="IdleSweeper"/> is stricter, so a longer idle time must not be cut by it; then
    /// <see cref="AttemptDeadline"/> bounds the time before.
    /// </summary>
    /// <param name="idle">After the headers.</param>
    /// <param name="headers">Before them; null: <see cref="Headers"/>.</param>
    public ForwarderRequestConfig ConfigFor(TimeSpan idle, TimeSpan? headers = null) => new()
    {
        ActivityTimeout = idle > (headers ?? Headers) ? idle + TimeSpan.FromSeconds(5) : headers ?? Headers,
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        AllowResponseBuffering = false,
    };
}
