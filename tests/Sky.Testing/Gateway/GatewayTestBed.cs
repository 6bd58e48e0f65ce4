using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sky.Core;
using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Metering;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Hosting;
using Sky.Gateway.Ingress;
using Sky.Gateway.Ingress.Keys;
using Sky.Gateway.Telemetry.Metrics;

namespace Sky.Testing.Gateway;

/// <summary>A real gateway in this process, on free loopback ports, fed by a <see cref="FakeController"/>, before real servers.</summary>
public sealed class GatewayTestBed : IAsyncDisposable
{
    private readonly List<TestBackend> _backends = [];
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("sky-gateway-");
    private WebApplication? _gateway;
    private int _runs;

    /// <summary>The service that <see cref="Endpoints"/> speaks of.</summary>
    public ServiceName Service { get; } = new("llm");

    public FakeController Controller { get; } = new();

    public CapturedLog Log { get; } = new();

    public string Home => _home.FullName;

    /// <summary>The gateway's plain address.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>All addresses, in the order plain, TLS, h2c.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>Changes the options before the gateway starts.</summary>
    public Func<GatewayOptions, GatewayOptions> Options { get; init; } = o => o;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Below the service's path on the gateway.</summary>
    public Uri Url(string rest = "/") => new($"{Address.GetLeftPart(UriPartial.Authority)}/services/{Service}{rest}", AsSent);

    private static UriCreationOptions AsSent => new() { DangerousDisablePathAndQueryCanonicalization = true };

    internal KeyTable Keys => _gateway!.Services.GetRequiredService<KeyTable>();

    internal GatewayInstruments Instruments => _gateway!.Services.GetRequiredService<GatewayInstruments>();

    internal ITokenCounter Tokens => _gateway!.Services.GetRequiredService<ITokenCounter>();

    internal EndpointTable Table => _gateway!.Services.GetRequiredService<EndpointTable>();

    /// <summary>Requests on all replicas of the service, as the gateway counts them.</summary>
    public int InFlight => Table.Current.All.Sum(s => s.Snapshot().Replicas.Sum(r => r.InFlight));

    public int Held => Table.Current.All.Sum(s => s.Held.Count);

    /// <summary>Starts controller, gateway and one backend for each handler, and waits until the gateway knows them.</summary>
    public async Task StartAsync(params RequestDelegate[] handlers)
    {
        await Controller.StartAsync();
        foreach (var handler in handlers)
        {
            await AddBackendAsync(handler);
        }

        Controller.Set(Endpoints());
        await StartGatewayAsync();
        await UntilAsync(() => Find() is { } s && s.Snapshot().Replicas.Length == handlers.Length);
    }

    public async Task StartGatewayAsync()
    {
        var options = Options(new GatewayOptions
        {
            Home = new SkyHome(Home),
            Listen = Address,
            Controller = Controller.Address,
            Token = FakeController.Token,
        });
        _gateway = GatewayApplication.Build(options, ListenPlan.From(options), Time, $"gateway-of-the-test-{++_runs}", l => l.AddProvider(Log));
        if (_gateway.Services.GetRequiredService<CertificateStore>().LoadDefault() is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        await _gateway.StartAsync();
        Addresses = [.. _gateway.Urls.Select(u => new Uri(u))];
        Address = Addresses[0];
    }

    /// <param name="drain">True: what is in flight may finish, for the time of the options; else it is cut.</param>
    public async Task StopGatewayAsync(bool drain = false)
    {
        if (_gateway is { } gateway)
        {
            _gateway = null;
            await gateway.StopAsync(new CancellationToken(!drain));
            await gateway.DisposeAsync();
        }
    }

    public async Task<TestBackend> AddBackendAsync(RequestDelegate handler)
    {
        var backend = await TestBackend.StartAsync(_backends.Count + 1, handler);
        _backends.Add(backend);
        return backend;
    }

    public IReadOnlyList<TestBackend> Backends => _backends;

    /// <summary>What the controller says of the service by default: all backends ready.</summary>
    public ServiceEndpoints Endpoints() => new()
    {
        Service = Service,
        Replicas = [.. _backends.Select(b => b.Endpoint)],
        LoadBalancingPolicy = "round_robin",
        StreamTimeoutSeconds = 120,
        CanWait = true,
        Hold = new HoldSpec(),
        ReadinessProbe = new ReadinessProbeSpec { TimeoutSeconds = 2 },
    };

    /// <summary>Has the controller say it, and waits until the gateway has heard.</summary>
    public async Task PublishAsync(ServiceEndpoints endpoints)
    {
        var before = Table.Revision;
        Controller.Set(endpoints);
        await UntilAsync(() => Table.Revision > before);
    }

    /// <summary>Has the controller tell of a key, and waits until the gateway has heard.</summary>
    public async Task PublishAsync(KeyRecord key)
    {
        var before = Keys.Revision;
        Controller.Set(key);
        await UntilAsync(() => Keys.Revision > before);
    }

    /// <summary>Waits for what happens soon in another thread; gives up after a time that no healthy machine needs.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what = "the condition")
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"{what} did not come true");
            }

            await Task.Delay(5, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopGatewayAsync();
        await Controller.DisposeAsync();
        foreach (var backend in _backends)
        {
            await backend.DisposeAsync();
        }

        // What was being written when the gateway was cut may still come.
        await UntilAsync(Deleted, "the end of what is written to the home");
    }

    private bool Deleted()
    {
        try
        {
            _home.Delete(recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private ServiceState? Find() => Table.Current.Find(Service.Value);
}
