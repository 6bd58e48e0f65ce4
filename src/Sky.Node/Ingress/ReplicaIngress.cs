using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sky.Core.Nodes;

namespace Sky.Node.Ingress;

/// <summary>Connects a caller to the replica that it named, says so, and becomes one connection of the two.</summary>
internal sealed partial class ReplicaIngress(ReplicaDirectory directory, TimeProvider time, ILogger<ReplicaIngress> logger)
{
    /// <summary>To find and to reach the replica; less than a gateway waits for a connection.</summary>
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(4);

    private static readonly byte[] Connected = [NodeConnection.Connected];

    public async Task ServeAsync(SslStream client, Socket clientSocket, NodeHost host, CancellationToken stopping)
    {
        using var replica = await ConnectAsync(host, stopping);
        if (replica is null)
        {
            return;
        }

        // Both at once: streams are cut off from what stops the agent, which waits for them first.
        using var cut = stopping.Register(() =>
        {
            Splice.Break(clientSocket);
            Splice.Break(replica);
        });
        await client.WriteAsync(Connected, stopping);
        await Splice.RunAsync(client, clientSocket, replica);
    }

    private async Task<Socket?> ConnectAsync(NodeHost host, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(ConnectTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (await directory.FindAsync(host.Service, host.Replica!.Value, either.Token) is { } address)
            {
                await socket.ConnectAsync(address.Address, address.Port, either.Token);
                KeepAlive.Set(socket);
                return socket;
            }

            Unknown(logger, host.Service, host.Replica.Value.Value);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or OperationCanceledException or IOException)
        {
            Unreachable(logger, host.Service, host.Replica!.Value.Value, failure is OperationCanceledException ? "no answer in time" : failure.Message);
        }

        socket.Dispose();
        return null;
    }

    [LoggerMessage(5020, LogLevel.Information, "Asked for replica {Replica} of {Service}, which does not run here")]
    private static partial void Unknown(ILogger logger, string service, int replica);

    [LoggerMessage(5021, LogLevel.Warning, "Replica {Replica} of {Service} cannot be reached: {Reason}")]
    private static partial void Unreachable(ILogger logger, string service, int replica, string reason);
}
