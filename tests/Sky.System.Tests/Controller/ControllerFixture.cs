using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Sky.Controller.Clusters;
using Sky.Controller.Api;
using Sky.Controller.Hosting;
using Sky.Controller.Store;
using Sky.Core.Catalog;
using Sky.Core.Engines;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Core;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Clouds;
using Sky.Testing.Engines;
using Sky.Testing.Simulation;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>A controller with its real API, store and loops on a home of its own, over a fake engine.</summary>
internal sealed class ControllerFixture : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SqliteStore _store;

    private ControllerFixture(SkyHome home, FakeEngine engine, SqliteStore store, WebApplication app, string token)
    {
        Home = home;
        Engine = engine;
        _store = store;
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(ControllerApp.Url(app)) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public SkyHome Home { get; }

    public FakeEngine Engine { get; }

    /// <summary>Ends when the controller has been told to stop.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    public HttpClient Http { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What containers of files without an image run in.</summary>
    public const string BaseImage = "r.example/base:1";

    /// <param name="images">Tells what names of images stand for; then replicas are containers.</param>
    public static async Task<ControllerFixture> StartAsync(IImageResolver? images = null)
    {
        var home = new SkyHome(Directory.CreateTempSubdirectory("sky-controller-").FullName);
        HomeFolder.Create(home);
        var token = HomeFolder.Token(home);
        var engine = new FakeEngine(TimeProvider.System, images is null ? EngineName.Process : EngineName.Docker);
        var cloud = new FakeCloud(images is null ? "local" : "docker");
        cloud.Offer(new Offering { Cloud = cloud.Name, InstanceType = "this-machine", Cpus = 8, Memory = 32, HourlyCost = 0, Owned = true, Engine = engine.Name });
        var store = await SqliteStore.OpenAsync(home.Database, TestSealer.Instance, Token);
        var options = new ControllerOptions
        {
            Home = home,
            Listen = new Uri("http://127.0.0.1:0"),
            GatewayUrl = "http://127.0.0.1:30000",
            Images = images,
            BaseImage = BaseImage,

            // Probes are real ones: on these ports no replica of another test answers them.
            ReplicaPorts = (61000, 64999),
        };
        var app = ControllerApp.Build(options, store, store, store, store, new ControllerEngines { Engines = new EngineSet(engine), Clouds = [cloud] }, token, store, new ClusterChanges(store, TimeProvider.System), store);
        await app.StartAsync(Token);
        return new ControllerFixture(home, engine, store, app, token);
    }

    public Task<HttpResponseMessage> PutAsync(string name, ServiceSpec? spec = null, UpdateMode mode = default, bool mustBeNew = false, bool mustExist = false, string? workdir = null, params ScanReport[] scans) =>
        Http.PutAsync($"/api/v1/services/{name}", Body(JsonSerializer.Serialize(
            new PutServiceRequest { Spec = spec ?? TestSpecs.Spec(), Mode = mode, MustBeNew = mustBeNew, MustExist = mustExist, WorkdirHash = workdir, Scans = scans },
            ApiJson.Default.PutServiceRequest)), Token);

    public Task<HttpResponseMessage> PostAsync(string path, string json) => Http.PostAsync($"/api/v1/{path}", Body(json), Token);

    public Task<string> GetAsync(string path) => Http.GetStringAsync($"/api/v1/{path}", Token);

    /// <summary>The service, once it satisfies the condition.</summary>
    public async Task<ServiceView?> UntilAsync(string name, Func<ServiceView?, bool> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var response = await Http.GetAsync($"/api/v1/services/{name}", deadline.Token);
            var view = response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(deadline.Token), ApiJson.Default.ServiceView)
                : null;
            if (condition(view))
            {
                return view;
            }

            await Task.Delay(20, deadline.Token);
        }
    }

    public static async Task<ApiError> ErrorAsync(HttpResponseMessage response) =>
        JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(Token), ApiJson.Default.ApiError)!;

    public static async Task<PutServiceResponse> AnswerAsync(HttpResponseMessage response) =>
        JsonSerializer.Deserialize(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Token), ApiJson.Default.PutServiceResponse)!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _store.Dispose();
        Directory.Delete(Home.Root, recursive: true);
    }

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");
}
