using System.Net;
using System.Net.Sockets;
using Sky.Providers.Engines.Process;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.Providers.Tests.Engines.Process;

public sealed class LoopbackPortTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    public void A_port_is_taken_while_another_listens_on_it(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.False(LoopbackPort.IsFree(port));
        listener.Stop();
        Assert.True(LoopbackPort.IsFree(port));
    }

    [Fact]
    public void Asking_leaves_the_port_free()
    {
        var port = FreePorts.Take(1)[0];
        Assert.True(LoopbackPort.IsFree(port));
        Assert.True(LoopbackPort.IsFree(port));
    }

    [Fact]
    public async Task Connections_of_an_earlier_server_do_not_take_its_port()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancel);
        using (var served = await listener.AcceptSocketAsync(cancel))
        {
            // Closed by the server first: its side then waits for a minute.
            served.Shutdown(SocketShutdown.Both);
        }

        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], cancel));
        client.Close();
        listener.Stop();
        Assert.True(LoopbackPort.IsFree(port));
    }
}
