using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sky.Controller.Api;
using Sky.Core.Metering;
using Sky.Core.Services;

namespace Sky.SystemTests.Cli;

/// <summary>A controller's API on loopback whose services are what the test says; a PUT makes the service that <see cref="AfterPut"/> gives.</summary>
internal sealed class FakeController : IAsyncDisposable
{
    public const string Token = "test-token";

    private readonly WebApplication _app;
    private readonly SortedDictionary<string, ServiceView> _services = new(StringComparer.Ordinal);

    private FakeController()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>Method, path and query of all requests, in order, without the common prefix.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public PutServiceRequest? Put { get; private set; }

    public Func<PutServiceRequest, ServiceView>? AfterPut { get; set; }

    public HistoryView? History { get; set; }

    public ServiceImagesView? Images { get; set; }

    public ExplanationView? Explanation { get; set; }

    public PlacesView? Places { get; set; }

    public bool KeysExist { get; set; }

    public IReadOnlyList<UsageRow> Used { get; set; } = [];

    /// <summary>Given instead of the usual answer, by request.</summary>
    public Dictionary<string, (int Status, ApiError Error)> Refusals { get; } = [];

    public Uri Url => new(_app.Urls.First());

    public static async Task<FakeController> StartAsync(params ServiceView[] services)
    {
        var controller = new FakeController();
        foreach (var service in services)
        {
            controller._services[service.Name] = service;
        }

        await controller._app.StartAsync(TestContext.Current.CancellationToken);
        return controller;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var request = $"{context.Request.Method} {context.Request.Path.Value!["/api/v1".Length..]}{context.Request.QueryString}";
        Requests.Enqueue(request);
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (Refusals.TryGetValue(request, out var refusal))
        {
            context.Response.StatusCode = refusal.Status;
            await context.Response.WriteAsync(JsonSerializer.Serialize(refusal.Error, ApiJson.Default.ApiError));
        }
        else
        {
            await AnswerAsync(context, request, request.Split(' ', '/', '?'));
        }
    }

    private async Task AnswerAsync(HttpContext context, string request, string[] parts)
    {
        switch (parts)
        {
            case ["GET", "", "services", "watch"]:
                await JsonAsync(context, new ServicesChange { Services = [.. _services.Values] }, ApiJson.Default.ServicesChange);
                break;
            case ["GET", "", "services"] or ["GET", "", "services", _] when request.StartsWith("GET /services?", StringComparison.Ordinal) || parts.Length == 3:
                var names = context.Request.Query["name"].ToArray();
                IReadOnlyList<ServiceView> found = [.. _services.Values.Where(service => names.Length == 0 || names.Contains(service.Name))];
                await JsonAsync(context, found, ApiJson.Default.IReadOnlyListServiceView);
                break;
            case ["GET", "", "services", var name] when _services.TryGetValue(name, out var service):
                await JsonAsync(context, service, ApiJson.Default.ServiceView);
                break;
            case ["GET", "", "usage", ..]:
                await JsonAsync(context, new UsageView { Since = Views.Now, Rows = [.. Used.Select(UsageRowView.From)] }, ApiJson.Default.UsageView);
                break;
            case ["GET", "", "status"]:
                await JsonAsync(context, Status(), ApiJson.Default.ControllerView);
                break;
            case ["PUT", "", "services", var name]:
                await PutAsync(context, name);
                break;
            case ["DELETE", "", "services", var name, ..]:
                _services.Remove(name);
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                break;
            case ["GET", "", "services", _, "history"] when History is not null:
                await JsonAsync(context, History, ApiJson.Default.HistoryView);
                break;
            case ["GET", "", "services", _, "explain"] when Explanation is not null:
                await JsonAsync(context, Explanation, ApiJson.Default.ExplanationView);
                break;
            case ["POST", "", "places"] when Places is not null:
                await JsonAsync(context, Places, ApiJson.Default.PlacesView);
                break;
            case ["GET", "", "services", _, "images"] when Images is not null:
                await JsonAsync(context, Images, ApiJson.Default.ServiceImagesView);
                break;
            case ["POST", "", "services", var name, ..]:
                await JsonAsync(context, new PutServiceResponse { Service = name, Version = 1 }, ApiJson.Default.PutServiceResponse);
                break;
            case ["GET", "", "services", _, "replicas", _, "logs", ..] or ["GET", "", "logs", ..]:
                await context.Response.WriteAsync("first\nsecond\n");
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                await context.Response.WriteAsync("{\"code\":\"not_found\",\"message\":\"Nothing there.\"}");
                break;
        }
    }

    private ControllerView Status() => new()
    {
        Version = "1", Pid = 1, Home = "/", Url = Url.AbsoluteUri, GatewayUrl = "http://127.0.0.1:1", GatewayConnected = true,
        KeysExist = KeysExist, StartedAt = Views.Now, Owner = "o", Services = _services.Count,
    };

    private async Task PutAsync(HttpContext context, string name)
    {
        Put = await JsonSerializer.DeserializeAsync(context.Request.Body, ApiJson.Default.PutServiceRequest, context.RequestAborted);
        var view = AfterPut?.Invoke(Put!) ?? Views.Ready(name);
        _services[name] = view;
        await JsonAsync(context, new PutServiceResponse { Service = name, Version = view.TargetVersion, Created = true }, ApiJson.Default.PutServiceResponse);
    }

    private static Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) =>
        context.Response.WriteAsync(JsonSerializer.Serialize(value, type) + "\n");
}
