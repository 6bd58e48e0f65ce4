using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core.Nodes;
using Sky.Node.Hosting;

namespace Sky.Node.Ingress;

/// <summary>The one port of a node: takes a connection, does its TLS, and gives it to the agent's own answers or to a replica, by the name that was called.</summary>
internal sealed partial class AgentListener(
    NodeOptions options, Handshake handshake, HttpConnections http, ReplicaIngress replicas, TimeProvider time, ILogger<AgentListener> logger) : BackgroundService
{
    private const int Backlog = 1024;
    private const int MostConnections = 20_000;
    private const int MostHandshakes = 512;
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket = new(options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<long, Task> _connections = new();
    private readonly CancellationTokenSource _cut = new();
    private int _handshakes;

    /// <summary>With the port that it was really given.</summary>
    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Binds, so that an address that cannot be had is an error of the start.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _socket.Bind(options.Listen);
        _socket.Listen(Backlog);
        Listening(logger, Address);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        _socket.Dispose();
        var all = Task.WhenAll(_connections.Values);
        await Task.WhenAny(all, Task.Delay(options.Drain, time, cancellationToken));
        await _cut.CancelAsync();
        await all;
    }

    public override void Dispose()
    {
        _socket.Dispose();
        _cut.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var number = 0L; !stoppingToken.IsCancellationRequested; number++)
        {
            Socket socket;
            try
            {
                socket = await _socket.AcceptAsync(stoppingToken);
            }
            catch (SocketException failure)
            {
                // Such as no file descriptors left: those that stand go on.
                CannotAccept(logger, failure.SocketErrorCode);
                await Task.Delay(Pause, time, stoppingToken);
                continue;
            }

            if (_connections.Count >= MostConnections || Volatile.Read(ref _handshakes) >= MostHandshakes)
            {
                Splice.Break(socket);
                continue;
            }

            Interlocked.Increment(ref _handshakes);
            Keep(number, ServeAsync(socket, number));
        }
    }

    /// <summary>Connections are known until they end, so that stopping can wait for them.</summary>
    private void Keep(long number, Task connection)
    {
        _connections[number] = connection;
        _ = connection.ContinueWith(_ => _connections.TryRemove(number, out var _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task ServeAsync(Socket socket, long number)
    {
        await Task.Yield();
        using var owned = socket;
        await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        try
        {
            socket.NoDelay = true;
            KeepAlive.Set(socket);
            var host = await HandshakeAsync(stream);
            if (host?.Replica is not null)
            {
                await replicas.ServeAsync(stream, socket, host, _cut.Token);
            }
            else if (host is not null)
            {
                await AnswerAsync(stream, socket, number);
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The caller is gone, or the agent stops.
        }
        catch (Exception failure)
        {
            Failed(logger, failure);
        }
    }

    private async Task<NodeHost?> HandshakeAsync(SslStream stream)
    {
        using var timeout = new CancellationTokenSource(HandshakeTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _cut.Token);
        try
        {
            return await handshake.TakeAsync(stream, either.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _handshakes);
        }
    }

    private async Task AnswerAsync(SslStream stream, Socket socket, long number)
    {
        var role = CertificateRole.Of((X509Certificate2)stream.RemoteCertificate!)!;
        var connection = new StreamConnection(stream, number.ToString(CultureInfo.InvariantCulture), () => Splice.Break(socket));
        connection.Features.Set(new Peer(role));
        using var cut = _cut.Token.Register(() => Splice.Break(socket));
        if (http.Add(connection))
        {
            await connection.Ended;
        }

        // The other side learns that this was the end, and not a failure.
        await stream.ShutdownAsync();
    }

    [LoggerMessage(5000, LogLevel.Information, "The agent listens at {Address}")]
    private static partial void Listening(ILogger logger, IPEndPoint address);

    [LoggerMessage(5001, LogLevel.Error, "Cannot take connections: {Reason}; it is tried again")]
    private static partial void CannotAccept(ILogger logger, SocketError reason);

    [LoggerMessage(5002, LogLevel.Error, "A connection failed unexpectedly")]
    private static partial void Failed(ILogger logger, Exception failure);
}
