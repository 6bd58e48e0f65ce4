using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Nodes;

/// <summary>A connection to a replica is the replica's, byte for byte.</summary>
public sealed class ReplicaIngressTests
{
    private const int Large = 20 << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_pass_both_ways_at_once_as_they_are()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var listener = Listen(bed);
        await using var client = await bed.OpenAsync(AgentBed.Replica(1), bed.Pki.Gateway, Cancel);
        using var replica = await listener.AcceptSocketAsync(Cancel);
        await using var within = new NetworkStream(replica);
        var (up, down) = (RandomNumberGenerator.GetBytes(Large), RandomNumberGenerator.GetBytes(Large));
        var (gotUp, gotDown) = (new byte[Large], new byte[Large]);

        await Task.WhenAll(
            client.WriteAsync(up, Cancel).AsTask(), within.WriteAsync(down, Cancel).AsTask(),
            client.ReadExactlyAsync(gotDown, Cancel).AsTask(), within.ReadExactlyAsync(gotUp, Cancel).AsTask());

        Assert.Equal(SHA256.HashData(up), SHA256.HashData(gotUp));
        Assert.Equal(SHA256.HashData(down), SHA256.HashData(gotDown));
    }

    [Fact]
    public async Task A_half_that_the_replica_closes_is_closed_and_the_other_goes_on()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var listener = Listen(bed);
        await using var client = await bed.OpenAsync(AgentBed.Replica(1), bed.Pki.Gateway, Cancel);
        using var replica = await listener.AcceptSocketAsync(Cancel);
        await using var within = new NetworkStream(replica);
        await within.WriteAsync("last"u8.ToArray(), Cancel);
        replica.Shutdown(SocketShutdown.Send);
        var buffer = new byte[10];
        await client.ReadExactlyAsync(buffer.AsMemory(0, 4), Cancel);
        Assert.Equal(0, await client.ReadAsync(buffer, Cancel));
        await client.WriteAsync("more"u8.ToArray(), Cancel);
        await client.FlushAsync(Cancel);
        await within.ReadExactlyAsync(buffer.AsMemory(0, 4), Cancel);
        Assert.Equal("more"u8.ToArray(), buffer[..4]);
    }

    [Fact]
    public async Task A_half_that_the_caller_closes_is_closed_and_the_other_goes_on()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var listener = Listen(bed);
        await using var client = (System.Net.Security.SslStream)await bed.OpenAsync(AgentBed.Replica(1), bed.Pki.Gateway, Cancel);
        using var replica = await listener.AcceptSocketAsync(Cancel);
        await client.WriteAsync("last"u8.ToArray(), Cancel);
        await client.ShutdownAsync();
        await using var within = new NetworkStream(replica);
        var buffer = new byte[10];
        await within.ReadExactlyAsync(buffer.AsMemory(0, 4), Cancel);
        Assert.Equal(0, await within.ReadAsync(buffer, Cancel));
        await within.WriteAsync("more"u8.ToArray(), Cancel);
        await client.ReadExactlyAsync(buffer.AsMemory(0, 4), Cancel);
        Assert.Equal("more"u8.ToArray(), buffer[..4]);
    }

    [Fact]
    public async Task A_replica_that_breaks_breaks_the_caller_s_connection()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var listener = Listen(bed);
        await using var client = await bed.OpenAsync(AgentBed.Replica(1), bed.Pki.Gateway, Cancel);
        using (var replica = await listener.AcceptSocketAsync(Cancel))
        {
            replica.LingerState = new LingerOption(true, 0);
        }

        // An end would let what came so far pass for the whole.
        await Assert.ThrowsAsync<IOException>(async () => await client.ReadExactlyAsync(new byte[1], Cancel));
    }

    [Fact]
    public async Task A_caller_that_breaks_breaks_the_replica_s_connection()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var listener = Listen(bed);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(bed.Address, Cancel);
        await Sky.Core.Nodes.NodeConnection.OpenAsync(new NetworkStream(socket), AgentBed.Replica(1), bed.Pki.Gateway, DateTimeOffset.UtcNow, Cancel);
        using var replica = await listener.AcceptSocketAsync(Cancel);
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
        await using var within = new NetworkStream(replica);
        await Assert.ThrowsAsync<IOException>(async () => await within.ReadExactlyAsync(new byte[1], Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slow_reader_slows_the_writer_on_the_other_side(bool callerReads)
    {
        await using var bed = await new AgentBed().StartAsync();
        using var listener = Listen(bed);
        await using var client = await bed.OpenAsync(AgentBed.Replica(1), bed.Pki.Gateway, Cancel);
        using var replica = await listener.AcceptSocketAsync(Cancel);
        await using var within = new NetworkStream(replica);
        var (reader, writer) = callerReads ? (client, (Stream)within) : (within, client);
        var piece = new byte[64 << 10];
        long written = 0;
        var writing = Task.Run(
            async () =>
            {
                while (Volatile.Read(ref written) < 1L << 30)
                {
                    await writer.WriteAsync(piece, Cancel);
                    Interlocked.Add(ref written, piece.Length);
                }
            },
            Cancel);

        // Nobody reads: when nothing has moved for a while, only the buffers of sockets are full, not the agent's memory.
        var before = -1L;
        while (before != Volatile.Read(ref written))
        {
            before = Volatile.Read(ref written);
            await Task.Delay(500, Cancel);
        }

        Assert.InRange(before, 1, 64L << 20);
        await reader.ReadExactlyAsync(new byte[before], Cancel);
        await GatewayTestBed.UntilAsync(() => Volatile.Read(ref written) > before);
        await client.DisposeAsync();
        await within.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => writing);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("of another service")]
    [InlineData("of another controller")]
    [InlineData("deaf")]
    [InlineData("without a port")]
    public async Task A_replica_that_is_not_there_is_a_connection_that_fails(string replica)
    {
        await using var bed = await new AgentBed().StartAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        if (replica == "of another service")
        {
            bed.Docker.Add(1, "other", port);
        }
        else if (replica == "of another controller")
        {
            bed.Docker.Add(1, "llm", port, owner: "o2");
        }
        else if (replica == "deaf")
        {
            listener.Stop();
            bed.Docker.Add(1, "llm", port);
        }
        else if (replica == "without a port")
        {
            bed.Docker.Add(1, "llm", 0);
        }

        await Assert.ThrowsAsync<IOException>(() => bed.OpenAsync(AgentBed.Replica(1), bed.Pki.Gateway, Cancel));
    }

    [Fact]
    public async Task A_replica_that_moved_is_found_where_it_is_now()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var first = Listen(bed);
        await using var one = await bed.OpenAsync(AgentBed.Replica(1), bed.Pki.Gateway, Cancel);
        using var second = Listen(bed);
        await using var two = await bed.OpenAsync(AgentBed.Replica(1), bed.Pki.Gateway, Cancel);
        using var there = await second.AcceptSocketAsync(Cancel);
    }

    [Fact]
    public async Task A_name_with_signs_that_host_names_have_not_is_found()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var listener = Listen(bed, "My_model.v2");
        await using var client = await bed.OpenAsync(AgentBed.Replica(1, "My_model.v2"), bed.Pki.Gateway, Cancel);
        using var replica = await listener.AcceptSocketAsync(Cancel);
    }

    private static TcpListener Listen(AgentBed bed, string service = "llm")
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        bed.Docker.Add(1, service, ((IPEndPoint)listener.LocalEndpoint).Port);
        return listener;
    }
}
