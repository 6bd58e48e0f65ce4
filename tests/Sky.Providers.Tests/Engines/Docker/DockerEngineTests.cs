using System.Net;
using System.Net.Sockets;
using Sky.Core.Engines;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Docker;

public sealed class DockerEngineTests(SharedDocker shared) : EngineContract, IAsyncLifetime
{
    private readonly List<TcpListener> _listeners = [];
    private DockerWorld? _world;

    protected override IEngine Engine => _world!.Engine;

    public async ValueTask InitializeAsync() => _world = await DockerWorld.StartAsync(shared);

    public async ValueTask DisposeAsync()
    {
        _listeners.ForEach(listener => listener.Dispose());
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    protected override Task TakePortAsync(int port)
    {
        var listener = new TcpListener(IPAddress.Any, port);
        listener.Start();
        _listeners.Add(listener);
        return Task.CompletedTask;
    }
}
