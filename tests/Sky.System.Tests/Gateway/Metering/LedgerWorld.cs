using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using LlmSim;
using LlmSim.Reporting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.SystemTests.Servers;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Metering;

/// <summary>
/// A simulated LLM behind relays that cut its answers into pieces, stop in the middle and die, as the requests' plans say; and clients
/// that leave. Each request asks for a model name of its own, so that its settlement is told from all others.
/// </summary>
internal sealed class LedgerWorld : IAsyncDisposable
{
    public static readonly (string Name, UsageAsk Ask)[] Services = [("final", UsageAsk.Final), ("continuous", UsageAsk.Continuous), ("none", UsageAsk.None)];

    private const int Replicas = 3;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly List<TestBackend> _relays = [];
    private readonly int _seed;
    private WebApplication? _sim;

    public LedgerWorld(int seed, int requests)
    {
        _seed = seed;
        Records = [.. Enumerable.Range(0, requests).Select(number => new LedgerRecord(LedgerPlan.Make(seed, number)))];
    }

    public LedgerRecord[] Records { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static string ModelOf(int number) => string.Create(CultureInfo.InvariantCulture, $"m{number}");

    /// <summary>Starts everything but the gateway, and tells the controller.</summary>
    public async Task StartAsync(FakeController controller)
    {
        _sim = SimHost.Build(SimServer.Instant with { NoUsageRate = 0.2, Seed = _seed, Slots = 1000 }, TimeProvider.System);
        await _sim.StartAsync(Cancel);
        for (var replica = 1; replica <= Replicas; replica++)
        {
            _relays.Add(await TestBackend.StartAsync(replica, RelayAsync));
        }

        foreach (var (name, ask) in Services)
        {
            controller.Set(new ServiceEndpoints
            {
                Service = new ServiceName(name),
                Replicas = [.. _relays.Select(relay => relay.Endpoint)],
                LoadBalancingPolicy = "least_load",
                StreamTimeoutSeconds = 120,
                CanWait = true,
                Hold = new HoldSpec(),
                ReadinessProbe = new ReadinessProbeSpec(),
                Usage = ask,
                Prices = new PriceSpec { Input = 1, CachedInput = 0.5m, Output = 3 },
                Models = new ModelsSpec
                {
                    Names = [.. Enumerable.Range(0, Records.Length).Where(n => Records[n].Plan.Service == name).Select(n => new ModelNameSpec(ModelOf(n), "sim"))],
                },
            });
        }
    }

    /// <summary>What the simulated LLM says of each request that reached it.</summary>
    public Dictionary<string, RequestRecord> Ledger() =>
        _sim!.Services.GetRequiredService<RequestLedger>().Records.ToDictionary(record => record.ClientId!);

    /// <summary>Sends a request and does with it what its plan wants of the client. Ends when the request does, however it ends.</summary>
    public async Task SendAsync(Uri gateway, int number)
    {
        var record = Records[number];
        var plan = record.Plan;
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, plan.Chat ? "/v1/chat/completions" : "/v1/completions"))
        {
            Content = new StringContent(plan.Body(ModelOf(number)), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add(LedgerPlan.Header, number.ToString(CultureInfo.InvariantCulture));
        if (plan.Fate is LedgerFate.ClientLeavesAtOnce)
        {
            leave.CancelAfter(TimeSpan.FromMilliseconds(plan.Cut % 8));
        }

        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
            record.Status = (int)response.StatusCode;
            await ReadAsync(response, record, leave);
        }
        catch (Exception failure) when (failure is OperationCanceledException or HttpRequestException or IOException or SocketException)
        {
            // .NET's client throws the last of these as it is where a gateway dies just after it has taken the connection.
            Cancel.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        foreach (var relay in _relays)
        {
            await relay.DisposeAsync();
        }

        if (_sim is not null)
        {
            await _sim.DisposeAsync();
        }
    }

    private static async Task ReadAsync(HttpResponseMessage response, LedgerRecord record, CancellationTokenSource leave)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(leave.Token);
        var buffer = new byte[4096];
        var plan = record.Plan;
        while (true)
        {
            if (plan.Fate is LedgerFate.ClientLeaves && record.Received.Length >= plan.Cut)
            {
                return;
            }

            if (plan.Fate is LedgerFate.ClientGivesUp)
            {
                leave.CancelAfter(TimeSpan.FromMilliseconds(60));
            }

            var read = await stream.ReadAsync(buffer, leave.Token);
            if (read == 0)
            {
                record.Whole = record.Status == 200;
                return;
            }

            record.Received += Encoding.UTF8.GetString(buffer.AsSpan(0, read));
        }
    }

    /// <summary>One replica: passes a request to the simulated LLM, and its answer back as the plan says.</summary>
    private async Task RelayAsync(HttpContext context)
    {
        var number = int.Parse(context.Request.Headers[LedgerPlan.Header].ToString(), CultureInfo.InvariantCulture);
        var record = Records[number];
        Assert.False(record.Arrived, $"request {number} was sent twice (seed {_seed})");
        record.Arrived = true;
        switch (record.Plan.Fate)
        {
            case LedgerFate.ReplicaRefuses:
                context.Response.StatusCode = 500;
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("""{"error":{},"usage":{"prompt_tokens":99,"completion_tokens":99}}""", context.RequestAborted);
                return;
            case LedgerFate.ReplicaDiesAtOnce:
                context.Abort();
                return;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, _sim!.Urls.First() + context.Request.Path) { Content = new StreamContent(context.Request.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-Request-Id", ModelOf(number));
        using var answer = await _http.SendAsync(request, Cancel);
        var body = record.Body = await answer.Content.ReadAsByteArrayAsync(Cancel);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType!.ToString();
        context.Response.ContentLength = record.Plan.Stream ? null : body.Length;
        await WriteAsync(context, record, body);
    }

    private async Task WriteAsync(HttpContext context, LedgerRecord record, byte[] body)
    {
        var plan = record.Plan;
        var random = new Random(plan.Cut);
        var stops = plan.Fate is LedgerFate.ReplicaDies or LedgerFate.ClientGivesUp;
        var end = stops ? Math.Min(plan.Cut, body.Length - 1) : body.Length;
        for (var at = 0; at < end;)
        {
            var length = Math.Min(1 + random.Next(plan.Piece), end - at);
            record.Delivered = at + length;
            await context.Response.Body.WriteAsync(body.AsMemory(at, length), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            at += length;
        }

        if (plan.Fate is LedgerFate.ReplicaDies)
        {
            // A cut connection may take with it what was not read yet: half of the time the gateway gets a moment to read.
            await Task.Delay(plan.Cut % 2 * 5, context.RequestAborted);
            context.Abort();
        }
        else if (stops)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
    }
}
