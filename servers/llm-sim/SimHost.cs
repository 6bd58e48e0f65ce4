using System.Text.Json.Nodes;
using LlmSim.Api;
using LlmSim.Generation;
using LlmSim.Reporting;
using LlmSim.Requests;
using LlmSim.Scheduling;

namespace LlmSim;

/// <summary>Puts the server together.</summary>
internal static class SimHost
{
    /// <summary>A server that is not started yet. It reads no environment and no arguments: all it does follows from its inputs.</summary>
    public static WebApplication Build(SimOptions options, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(options.Urls);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services
            .AddSingleton(options)
            .AddSingleton(time)
            .AddSingleton(new Slots(options.Slots, options.MaxWaiting))
            .AddSingleton(new PrefixCache(options.CacheTokens))
            .AddSingleton<FailurePlan>()
            .AddSingleton<GenerationReader>()
            .AddSingleton<RequestLedger>()
            .AddSingleton<SimMetrics>()
            .AddSingleton<Readiness>()
            .AddSingleton<GenerationApi>()
            .AddSingleton<FormedReply>()
            .AddSingleton<OtherForms>()
            .AddSingleton<EmbeddingsApi>();
        var app = builder.Build();
        Map(app, options, app.Services.GetRequiredService<Readiness>());
        return app;
    }

    private static void Map(WebApplication app, SimOptions options, Readiness readiness)
    {
        app.Use(async (http, next) =>
        {
            if (readiness.Ready || http.Request.Path.StartsWithSegments("/sim") || http.Request.Path == "/metrics")
            {
                await next(http);
                return;
            }

            await ErrorReply.WriteAsync(http.Response, new SimError(503, "The model is being loaded.", "server_error", Code: "loading"), http.RequestAborted);
        });

        var generation = app.Services.GetRequiredService<GenerationApi>();
        var embeddings = app.Services.GetRequiredService<EmbeddingsApi>();
        var metrics = app.Services.GetRequiredService<SimMetrics>();
        var ledger = app.Services.GetRequiredService<RequestLedger>();
        app.MapPost("/v1/chat/completions", (HttpContext http) => generation.HandleAsync(http, chat: true));
        app.MapPost("/v1/completions", (HttpContext http) => generation.HandleAsync(http, chat: false));
        var others = app.Services.GetRequiredService<OtherForms>();
        app.MapPost("/v1/messages", others.MessagesAsync);
        app.MapPost("/v1/responses", others.ResponsesAsync);
        app.MapGet("/v1/responses/{id}/{what?}", (string id, string? what) => others.About(id, what));
        app.MapPost("/v1/responses/{id}/cancel", (string id) => others.About(id, null));
        app.MapDelete("/v1/responses/{id}", (string id) => others.Delete(id));
        app.MapPost("/v1/embeddings", embeddings.HandleAsync);
        app.MapGet("/v1/models", () => Results.Text(Models(options).ToJsonString(), "application/json"));
        app.MapGet("/v1/models/{*id}", (string id) => options.Models.Contains(Uri.UnescapeDataString(id))
            ? Results.Text(Model(options, Uri.UnescapeDataString(id)).ToJsonString(), "application/json")
            : Results.NotFound());
        app.MapGet("/health", () => Results.Ok());
        app.MapGet("/metrics", () => Results.Text(metrics.Write(), "text/plain; version=0.0.4"));
        app.MapGet("/sim/requests", (string? clientId) => Results.Json(
            [.. ledger.Records.Where(r => clientId is null || r.ClientId == clientId)],
            LedgerJson.Default.IReadOnlyCollectionRequestRecord));
        app.MapDelete("/sim/requests", ledger.Clear);
    }

    private static JsonObject Models(SimOptions options) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. options.Models.Select(model => Model(options, model))]),
    };

    private static JsonObject Model(SimOptions options, string model) => new()
    {
        ["id"] = model,
        ["object"] = "model",
        ["created"] = 0,
        ["owned_by"] = "llm-sim",
        ["max_model_len"] = options.ContextTokens,
    };
}
