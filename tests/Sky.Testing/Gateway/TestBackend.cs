using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sky.Core.Endpoints;
using Sky.Core.Services;

namespace Sky.Testing.Gateway;

/// <summary>A real server in the place of a replica. What it answers is the test's; it counts the requests it got.</summary>
public sealed class TestBackend : IAsyncDisposable
{
    private const int LongestHead = 1 << 20;
    private readonly RequestDelegate _handler;
    private WebApplication? _application;
    private int _requests;

    private TestBackend(int id, RequestDelegate handler) => (Id, _handler) = (id, handler);

    public int Id { get; }

    public int Port { get; private set; }

    public int Requests => Volatile.Read(ref _requests);

    public ReplicaEndpoint Endpoint => new() { Id = new ReplicaId(Id), Version = 1, Address = new Uri($"http://127.0.0.1:{Port}") };

    public static async Task<TestBackend> StartAsync(int id, RequestDelegate handler)
    {
        var backend = new TestBackend(id, handler);
        await backend.StartAsync();
        return backend;
    }

    /// <summary>Again, on the port it had.</summary>
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Limits.MaxRequestBodySize = null;
            k.Limits.MinRequestBodyDataRate = null;

            // Whatever is too long is the gateway's to refuse.
            k.Limits.MaxRequestLineSize = LongestHead;
            k.Limits.MaxRequestHeadersTotalSize = LongestHead;
            k.Limits.MaxRequestHeaderCount = LongestHead;
            k.Listen(IPAddress.Loopback, Port, o => o.Protocols = HttpProtocols.Http1);
        });
        _application = builder.Build();
        _application.UseWebSockets();
        _application.Run(context =>
        {
            Interlocked.Increment(ref _requests);
            return _handler(context);
        });
        await _application.StartAsync();
        Port = new Uri(_application.Urls.First()).Port;
    }

    /// <summary>Gone at once, connections and all.</summary>
    public async Task StopAsync()
    {
        if (_application is { } application)
        {
            _application = null;
            await application.StopAsync(new CancellationToken(true));
            await application.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
