using System.Net;
using System.Net.Sockets;
using System.Text;
using Sky.Gateway.LoadBalancing.Accounting;

namespace Sky.Gateway.Forwarding;

/// <summary>The connections to replicas, shared by requests and probes.</summary>
internal sealed class UpstreamClient : IDisposable
{
    private readonly RoundTrips _ways;
    private readonly TimeProvider _time;
    private readonly TimeSpan _connectTimeout;

    public UpstreamClient(ForwardingLimits limits, RoundTrips ways, TimeProvider time)
    {
        (_ways, _time) = (ways, time);
        _connectTimeout = limits.Connect;
        Invoker = new UpstreamInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,

            // One character for each byte: what is not ASCII in a header passes unchanged, whatever its encoding is.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,

            // Below the five seconds after which many Python servers close an idle connection: reusing one that is
            // being closed costs a request that may not be repeated.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(4),

            // What is left of a response that nobody wants is not read: the connection is closed and the replica notices.
            ResponseDrainTimeout = TimeSpan.Zero,
        });
    }

    public HttpMessageInvoker Invoker { get; }

    public void Dispose() => Invoker.Dispose();

    /// <summary>A time-out of its own, so that it is told apart from one of the request: it surfaces as a failed connection.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_connectTimeout);
        try
        {
            var began = _time.GetTimestamp();
            await socket.ConnectAsync(context.DnsEndPoint, timeout.Token);
            _ways.Opened(context.DnsEndPoint.Host, context.DnsEndPoint.Port, _time.GetElapsedTime(began));
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
