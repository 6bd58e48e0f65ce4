using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Sky.Core;
using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Metering;
using Sky.Core.Services;
using Sky.Core.Traffic.Experiments;

namespace Sky.Testing.Gateway;

/// <summary>The part of a controller that gateways talk to: the watch stream and the reports. It can go away and come back on its port.</summary>
public sealed class FakeController : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ServiceName, ServiceEndpoints> _services = [];
    private readonly Dictionary<KeyId, KeyRecord> _keys = [];
    private readonly List<Channel<EndpointsChange>> _watchers = [];
    private readonly Channel<GatewayReport> _reports = Channel.CreateUnbounded<GatewayReport>();
    private WebApplication? _application;
    private int _port;

    public const string Token = "token-of-the-test";

    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>All reports so far, oldest first.</summary>
    public ConcurrentQueue<GatewayReport> Reports { get; } = [];

    /// <summary>All settlements so far, by the run of the gateway and the sequence. One that is told again must be the same.</summary>
    public ConcurrentDictionary<(string Gateway, long Sequence), Settlement> Settlements { get; } = [];

    /// <summary>What was told of arms so far, oldest first.</summary>
    public ConcurrentQueue<ArmBatch> Arms { get; } = [];

    public ConcurrentQueue<FeedbackReport> Feedback { get; } = [];

    /// <summary>Feedback on answers that the gateway did not know.</summary>
    public ConcurrentQueue<OpenFeedback> OpenFeedback { get; } = [];

    /// <summary>Another gateway gave what is asked for.</summary>
    public bool KnowsAnswers { get; set; }

    /// <summary>True: this time settlements are refused.</summary>
    public Func<bool>? LoseSettlements { get; set; }

    /// <summary>What a report with limits is answered with; null: nothing.</summary>
    public Func<GatewayReport, GatewayGrants?>? Grants { get; set; }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, _port));
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(h => h.ShutdownTimeout = TimeSpan.Zero);
        _application = builder.Build();
        _application.Run(HandleAsync);
        await _application.StartAsync();
        _port = new Uri(_application.Urls.First()).Port;
    }

    public async Task StopAsync()
    {
        if (_application is { } application)
        {
            _application = null;
            await application.StopAsync(new CancellationToken(true));
            await application.DisposeAsync();
        }
    }

    /// <summary>Says it to every gateway that watches, and to those that come.</summary>
    public void Set(ServiceEndpoints endpoints) => Publish(endpoints.Service, endpoints);

    public void Set(KeyRecord key)
    {
        lock (_gate)
        {
            _keys[key.Id] = key;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(new EndpointsChange { Key = key });
            }
        }
    }

    public void Remove(ServiceName service) => Publish(service, null);

    /// <summary>Waits for a report that <paramref name="wanted"/> accepts, among those not waited for yet.</summary>
    public async Task<GatewayReport> ReportAsync(Func<GatewayReport, bool> wanted, CancellationToken cancellationToken)
    {
        await foreach (var report in _reports.Reader.ReadAllAsync(cancellationToken))
        {
            if (wanted(report))
            {
                return report;
            }
        }

        throw new InvalidOperationException("no report");
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private void Publish(ServiceName service, ServiceEndpoints? endpoints)
    {
        lock (_gate)
        {
            if (endpoints is null)
            {
                _services.Remove(service);
            }
            else
            {
                _services[service] = endpoints;
            }

            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(new EndpointsChange { Service = service, Endpoints = endpoints });
            }
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        switch (context.Request.Path.Value)
        {
            case "/api/v1/endpoints/watch":
                await WatchAsync(context);
                break;
            case "/api/v1/gateways/report":
                var report = (await JsonSerializer.DeserializeAsync(context.Request.Body, SkyJson.Default.GatewayReport, context.RequestAborted))!;
                Reports.Enqueue(report);
                _reports.Writer.TryWrite(report);
                if (Grants?.Invoke(report) is { } grants)
                {
                    context.Response.ContentType = "application/json";
                    await context.Response.WriteAsync(JsonSerializer.Serialize(grants, SkyJson.Default.GatewayGrants), context.RequestAborted);
                }

                break;
            case "/api/v1/keys":
                await context.Response.WriteAsync($"[{string.Join(',', _keys.Keys.Select(id => $"\"{id}\""))}]", context.RequestAborted);
                break;
            case "/api/v1/gateways/arms":
                Arms.Enqueue((await JsonSerializer.DeserializeAsync(context.Request.Body, SkyJson.Default.ArmBatch, context.RequestAborted))!);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case "/api/v1/gateways/feedback":
                Feedback.Enqueue((await JsonSerializer.DeserializeAsync(context.Request.Body, SkyJson.Default.FeedbackReport, context.RequestAborted))!);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case "/api/v1/gateways/feedback/open":
                OpenFeedback.Enqueue((await JsonSerializer.DeserializeAsync(context.Request.Body, SkyJson.Default.OpenFeedback, context.RequestAborted))!);
                context.Response.StatusCode = KnowsAnswers ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
                break;
            case "/api/v1/gateways/settlements":
                await TakeAsync(context);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task TakeAsync(HttpContext context)
    {
        var batch = (await JsonSerializer.DeserializeAsync(context.Request.Body, SkyJson.Default.SettlementBatch, context.RequestAborted))!;
        if (LoseSettlements?.Invoke() is true)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        foreach (var settlement in batch.Settlements)
        {
            Settlements.AddOrUpdate(
                (batch.Gateway, settlement.Sequence),
                settlement,
                (_, known) => known == settlement ? known : throw new InvalidOperationException($"told twice, differently: {known} {settlement}"));
        }
    }

    private async Task WatchAsync(HttpContext context)
    {
        var changes = Channel.CreateUnbounded<EndpointsChange>();
        lock (_gate)
        {
            foreach (var key in _keys.Values)
            {
                changes.Writer.TryWrite(new EndpointsChange { Key = key });
            }

            foreach (var (service, endpoints) in _services)
            {
                changes.Writer.TryWrite(new EndpointsChange { Service = service, Endpoints = endpoints });
            }

            changes.Writer.TryWrite(new EndpointsChange { Synced = true });
            _watchers.Add(changes);
        }

        try
        {
            await foreach (var change in changes.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync(JsonSerializer.Serialize(change, SkyJson.Default.EndpointsChange) + "\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway left, or the test stops the controller.
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(changes);
            }
        }
    }
}
