using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;

namespace Sky.SystemTests.Gateway.Telemetry;

/// <summary>A gateway before a replica that answers like a language model, or as a header of the request wants.</summary>
internal sealed class TelemetryBed : IAsyncDisposable
{
    public const string Whole = """{"model":"llm-2026-01-01","choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":10,"completion_tokens":20,"prompt_tokens_details":{"cached_tokens":4}}}""";
    public const string Events =
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"b\"}}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n";

    /// <summary>The replica answers with this status; 0: it breaks the connection.</summary>
    public const string Wanted = "X-Test-Status";

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });

    public required GatewayTestBed Bed { get; init; }

    public static async Task<TelemetryBed> StartAsync(Func<Sky.Gateway.Hosting.GatewayOptions, Sky.Gateway.Hosting.GatewayOptions>? options = null, TimeProvider? time = null, RequestDelegate? handler = null)
    {
        var bed = new GatewayTestBed { Options = options ?? (o => o), Time = time ?? TimeProvider.System };
        await bed.StartAsync(handler ?? AnswerAsync);
        return new TelemetryBed { Bed = bed };
    }

    public Task<(HttpStatusCode Status, string Text)> ChatAsync(string body = """{"model":"llm","messages":[]}""", string path = "/v1/chat/completions", params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, "application/json"), headers);

    public Task<(HttpStatusCode Status, string Text)> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>The metrics once they say it; a request's are recorded a moment after its answer.</summary>
    public async Task<Scrape> ScrapeAsync(Func<Scrape, bool> until, params (string Name, string Value)[] headers)
    {
        Scrape? scrape = null;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (scrape is null || !until(scrape))
        {
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException(scrape?.Text);
            }

            await Task.Delay(20, CancellationToken.None);
            scrape = new Scrape((await GetAsync("/metrics", headers)).Text);
        }

        return scrape;
    }

    public async ValueTask DisposeAsync() => await Bed.DisposeAsync();

    public static async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var asked = await reader.ReadToEndAsync(context.RequestAborted);
        if (context.Request.Headers.TryGetValue(Wanted, out var wanted))
        {
            if (wanted == "0")
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = int.Parse(wanted.ToString(), System.Globalization.CultureInfo.InvariantCulture);
        }

        var stream = asked.Contains("\"stream\":true", StringComparison.Ordinal);
        context.Response.ContentType = stream ? "text/event-stream" : "application/json";
        await context.Response.WriteAsync(context.Request.Method == "GET" ? "# of the replica" : stream ? Events : Whole);
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Bed.Address, path)) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
