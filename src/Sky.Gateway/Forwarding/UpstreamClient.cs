using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Gateway.LoadBalancing.Accounting;

namespace Sky.Gateway.Forwarding;

/// <summary>The connections to replicas, shared by requests and probes.</summary>
internal sealed class UpstreamClient : IDisposable
{
    private readonly RoundTrips _ways;
    private readonly TimeProvider _time;
    private readonly TimeSpan _connectTimeout;
    private readonly NodeCredentials _nodes;

    /// <param name="limits">Time-outs.</param>
    /// <param name="ways">Told how long connections take to open.</param>
    /// <param name="nodes">What this gateway shows to nodes.</param>
    /// <param name="time">The clock.</param>
    public UpstreamClient(ForwardingLimits limits, RoundTrips ways, NodeCredentials nodes, TimeProvider time)
    {
        _nodes = nodes;
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
            var host = context.DnsEndPoint.Host;
            var node = NodeHost.Is(host) ? NodeHost.Parse(host) ?? throw new SocketException((int)SocketError.HostNotFound) : null;
            if (node is not null)
            {
                KeepAlive.Set(socket);
            }

            var began = _time.GetTimestamp();
            await socket.ConnectAsync(node is null ? context.DnsEndPoint : new IPEndPoint(node.Address, context.DnsEndPoint.Port), timeout.Token);
            _ways.Opened(host, context.DnsEndPoint.Port, _time.GetElapsedTime(began));
            var stream = new NetworkStream(socket, ownsSocket: true);
            return node is null ? stream : await NodeConnection.OpenAsync(stream, node, _nodes, _time.GetUtcNow(), timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            // Nothing was sent to a replica: it is a connection that failed.
            socket.Dispose();
            throw new SocketException((int)SocketError.ConnectionRefused, refused.Message);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
