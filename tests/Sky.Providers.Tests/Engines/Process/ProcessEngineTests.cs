using System.Net;
using System.Net.Sockets;
using Sky.Core.Engines;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.Providers.Tests.Engines.Process;

public sealed class ProcessEngineTests : EngineContract, IAsyncDisposable
{
    private readonly ProcessWorld _world = new();
    private readonly List<TcpListener> _listeners = [];

    protected override IEngine Engine => _world.Engine;

    public async ValueTask DisposeAsync()
    {
        _listeners.ForEach(listener => listener.Dispose());
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_port_taken_during_setup_is_a_provision_error()
    {
        var request = Request(Key(1), Forever, setup: "touch begun\nuntil [ -e go ]; do sleep 0.05; done");
        await Engine.RunAsync(request, Cancel);
        while (!File.Exists(_world.File(request.Replica, "workdir/begun")))
        {
            await Task.Delay(20, Cancel);
        }

        await TakePortAsync(request.Port);
        await File.WriteAllTextAsync(_world.File(request.Replica, "workdir/go"), "", Cancel);

        var ended = await UntilAsync(request.Replica, EngineReplicaState.Exited);

        Assert.Equal($"port {request.Port} is in use by another program", ended.ProvisionError);
        Assert.Null(ended.Exit);
    }

    [Fact]
    public async Task A_server_that_setup_leaves_running_may_have_the_port()
    {
        var setup = $"{SkyProgram.TestReplica} $SKY_PORT &\nuntil (: </dev/tcp/127.0.0.1/$SKY_PORT) 2>/dev/null; do sleep 0.05; done";
        var request = Request(Key(1), Forever, setup);
        await Engine.RunAsync(request, Cancel);

        await UntilAsync(request.Replica, EngineReplicaState.Running);
    }

    protected override Task TakePortAsync(int port)
    {
        var listener = new TcpListener(IPAddress.Any, port);
        listener.Start();
        _listeners.Add(listener);
        return Task.CompletedTask;
    }
}
