using System.Net;
using System.Net.Sockets;
using System.Text;
using Sky.Core.Nodes;
using Sky.Providers.Engines.Docker;
using Sky.Providers.Engines.Swarm;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>What Docker's client sends by way of an agent.</summary>
public sealed class AgentTransportTests
{
    private static readonly NodeHost _agent = NodeHost.OfAgent(new NodeKey(new ClusterName("east"), new NodeName("a")), IPAddress.Parse("10.0.0.2"));

    [Fact]
    public async Task Calls_go_to_the_agents_own_name_below_docker()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heard = HearAsync(listener);
        using var client = AgentTransport.Connect(_agent, async (agent, cancellationToken) =>
        {
            Assert.Equal(_agent, agent);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(listener.LocalEndpoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        });
        var version = await client.System.GetVersionAsync(TestContext.Current.CancellationToken);

        Assert.Equal("20.10.24", version.Version);
        var head = await heard;
        Assert.Matches("^GET /docker/(v[0-9.]+/)?version HTTP/1.1\r\n", head);
        Assert.Contains($"Host: {_agent}\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_cannot_be_reached_is_unavailable_with_its_reason()
    {
        using var client = AgentTransport.Connect(_agent, (_, _) => throw new IOException("connection refused"));
        var calls = new DockerCalls(client, AgentTransport.Docker(_agent));
        var failure = await Assert.ThrowsAsync<Sky.Core.Engines.EngineException>(
            () => calls.DoAsync(docker => docker.System.GetVersionAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(Sky.Core.Engines.EngineFailure.Unavailable, failure.Failure);
        Assert.Contains("connection refused", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<string> HearAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var buffer = new byte[8192];
        var length = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
        const string body = """{"Version":"20.10.24","ApiVersion":"1.41"}""";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"), TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
