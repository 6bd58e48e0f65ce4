using System.Net;
using System.Net.Sockets;
using Sky.Core.Engines;
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

    protected override Task TakePortAsync(int port)
    {
        var listener = new TcpListener(IPAddress.Any, port);
        listener.Start();
        _listeners.Add(listener);
        return Task.CompletedTask;
    }
}
