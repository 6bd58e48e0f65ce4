using System.Net;
using System.Net.Sockets;
using Sky.Controller.Hosting;
using Sky.Core;
using Sky.Core.Processes;
using Sky.Core.Engines;
using Sky.Testing.Clouds;
using Sky.Testing.Engines;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class HostTests : IDisposable
{
    private readonly SkyHome _home = new(Directory.CreateTempSubdirectory("sky-host-").FullName);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_home.Root, recursive: true);

    [Fact]
    public async Task SecondControllerOfOneHomeEnds()
    {
        using var held = FileLock.TryAcquire(_home.ControllerLock);
        await File.WriteAllTextAsync(_home.ControllerPid, "42\n", Token);

        Assert.Equal(1, await RunAsync("http://127.0.0.1:0"));

        Assert.Equal("42\n", await File.ReadAllTextAsync(_home.ControllerPid, Token));
        Assert.False(File.Exists(_home.Database));
    }

    [Fact]
    public async Task DamagedDatabaseEndsItAndStays()
    {
        var garbage = new byte[8192];
        Array.Fill(garbage, (byte)7);
        await File.WriteAllBytesAsync(_home.Database, garbage, Token);

        Assert.Equal(1, await RunAsync("http://127.0.0.1:0"));

        Assert.Equal(garbage, await File.ReadAllBytesAsync(_home.Database, Token));
    }

    [Fact]
    public async Task DamagedTokenEndsItAndStays()
    {
        await File.WriteAllTextAsync(_home.Token, "not a\ntoken", Token);

        Assert.Equal(1, await RunAsync("http://127.0.0.1:0"));

        Assert.Equal("not a\ntoken", await File.ReadAllTextAsync(_home.Token, Token));
        Assert.False(File.Exists(_home.Database));
    }

    [Fact]
    public async Task TakenPortEndsIt()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        Assert.Equal(1, await RunAsync($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}"));
        Assert.False(File.Exists(_home.ControllerInfo));
    }

    [Fact]
    public async Task AddressBeyondLoopbackEndsIt() => Assert.Equal(1, await RunAsync("http://10.1.2.3:46590"));

    [Fact]
    public async Task StaleFilesAreReplacedAndAnOrderlyStopLeavesNone()
    {
        await File.WriteAllTextAsync(_home.ControllerPid, "99999999\n", Token);
        await File.WriteAllTextAsync(_home.Stopped, "", Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = RunAsync("http://127.0.0.1:0", stop.Token);
        while (!File.Exists(_home.ControllerInfo))
        {
            Assert.False(running.IsCompleted);
            await Task.Delay(20, Token);
        }

        Assert.Equal($"{Environment.ProcessId}\n", await File.ReadAllTextAsync(_home.ControllerPid, Token));
        Assert.False(File.Exists(_home.Stopped));
        await stop.CancelAsync();
        Assert.Equal(0, await running);
        Assert.False(File.Exists(_home.ControllerPid));
        Assert.False(FileLock.IsHeld(_home.ControllerLock));
    }

    private Task<int> RunAsync(string listen, CancellationToken? stop = null) => ControllerHost.RunAsync(
        new ControllerOptions { Home = _home, Listen = new Uri(listen), GatewayUrl = "http://127.0.0.1:1" },
        TestSealer.Instance,
        new EngineSet(new FakeEngine(TimeProvider.System)),
        [new FakeCloud()],
        stop ?? Token);
}
