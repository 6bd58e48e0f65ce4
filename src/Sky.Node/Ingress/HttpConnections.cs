using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Sky.Node.Ingress;

/// <summary>Connections whose TLS ends at <see cref="AgentListener"/> and that go on as HTTP in the web server.</summary>
internal sealed class HttpConnections : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    private readonly Channel<ConnectionContext> _waiting = Channel.CreateUnbounded<ConnectionContext>();

    public EndPoint EndPoint { get; } = new AgentEndPoint();

    /// <summary>False: the server has stopped.</summary>
    public bool Add(ConnectionContext connection) => _waiting.Writer.TryWrite(connection);

    public bool CanBind(EndPoint endpoint) => endpoint is AgentEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => ValueTask.FromResult<IConnectionListener>(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _waiting.Reader.WaitToReadAsync(cancellationToken) && _waiting.Reader.TryRead(out var connection) ? connection : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
