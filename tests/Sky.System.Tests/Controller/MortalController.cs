using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Sky.Controller.Clusters;
using Sky.Controller.Api;
using Sky.Controller.Hosting;
using Sky.Controller.Store;
using Sky.Core.Clouds;
using Sky.Core;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Providers.Clouds.Local;
using Sky.Providers.Engines.Process;
using Sky.Testing.Faults;
using Sky.Testing.Processes;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>A controller in this process with its real API, loops, database file and process engine, which dies at a named call.</summary>
internal sealed class MortalController : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SqliteStore _store;

    private MortalController(WebApplication app, SqliteStore store, CrashPoint point, string token)
    {
        (_app, _store, Point) = (app, store, point);
        Http = new HttpClient { BaseAddress = new Uri(ControllerApp.Url(app)) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public CrashPoint Point { get; }

    private HttpClient Http { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>An engine that looks at the same home.</summary>
    public static ProcessEngine EngineOf(SkyHome home) => new(home, [SkyProgram.Path, "internal-runner"], TimeProvider.System);

    /// <param name="home">Where it keeps its state.</param>
    /// <param name="engineOf">Makes another engine than that of processes, for the owner of the state, which may die with the controller.</param>
    /// <param name="cloud">The cloud of that engine.</param>
    public static async Task<MortalController> StartAsync(SkyHome home, Func<OwnerId, CrashPoint, IEngine>? engineOf = null, ICloud? cloud = null)
    {
        HomeFolder.Create(home);
        var token = HomeFolder.Token(home);
        var point = new CrashPoint();
        var store = await SqliteStore.OpenAsync(home.Database, TestSealer.Instance, Token);
        var engine = engineOf is null ? EngineOf(home) : engineOf(await store.GetOwnerAsync(Token), point);
        var engines = new EngineSet(new CrashingEngine(engine, point));
        var options = new ControllerOptions { Home = home, Listen = new Uri("http://127.0.0.1:0"), GatewayUrl = "http://127.0.0.1:30000" };
        var app = ControllerApp.Build(options, new CrashingStore(store, point), store, store, store, new ControllerEngines { Engines = engines, Clouds = [cloud ?? new LocalCloud()] }, token, store, new ClusterChanges(store, TimeProvider.System), store);
        await app.StartAsync(Token);
        return new MortalController(app, store, point, token);
    }

    public Task PutAsync(string name, ServiceSpec spec) => SendAsync(HttpMethod.Put, name, JsonSerializer.Serialize(
        new PutServiceRequest { Spec = spec }, ApiJson.Default.PutServiceRequest));

    public Task ScaleAsync(string name, int replicas) => SendAsync(HttpMethod.Post, $"{name}/scale", $$"""{"replicas": {{replicas}}}""");

    public Task RollbackAsync(string name, int to) => SendAsync(HttpMethod.Post, $"{name}/rollback", $$"""{"to": {{to}}}""");

    public Task DeleteAsync(string name) => SendAsync(HttpMethod.Delete, name, null);

    /// <summary>Ends once the service (null: there is none) satisfies the condition.</summary>
    public async Task UntilAsync(string name, Func<ServiceView?, bool> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(90));
        ServiceView? view = null;
        try
        {
            do
            {
                await Task.Delay(30, deadline.Token);
                using var response = await Http.GetAsync($"/api/v1/services/{name}", deadline.Token);
                view = response.IsSuccessStatusCode
                    ? JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(deadline.Token), ApiJson.Default.ServiceView)
                    : null;
            }
            while (!condition(view));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"it did not come to pass: {view?.Status}, {string.Join(", ", (view?.Replicas ?? []).Select(row => $"{row.Id} v{row.Version} {row.Status} ({row.Reason})"))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _store.Dispose();
    }

    /// <summary>The answer may be a refusal: who asks again after a kill may ask for what is so already.</summary>
    private async Task SendAsync(HttpMethod method, string path, string? json)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/services/{path}");
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request, Token);
    }
}
