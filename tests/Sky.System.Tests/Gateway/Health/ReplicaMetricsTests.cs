using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Gateway.Endpoints;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Health;

/// <summary>The gateway reads what replicas tell of themselves; requests never wait for it.</summary>
public sealed class ReplicaMetricsTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("auto")]
    [InlineData("least_tokens")]
    public async Task A_replica_that_others_keep_busy_gets_nothing_for_as_long_as_it_says_so(string policy)
    {
        await using var bed = new GatewayTestBed();
        var waiting = (First: 40, Second: 0);
        await bed.StartAsync(Replica("first", () => waiting.First), Replica("second", () => waiting.Second));
        await bed.PublishAsync(bed.Endpoints() with { LoadBalancingPolicy = policy });
        await UntilToldAsync(bed, replicas => Waiting(replicas[0]) == 40 && Waiting(replicas[1]) == 0);
        Assert.All(await AskAsync(bed, 20), answer => Assert.Equal("second", answer));
        waiting = (0, 40);
        await UntilToldAsync(bed, replicas => Waiting(replicas[0]) == 0 && Waiting(replicas[1]) == 40);
        Assert.All(await AskAsync(bed, 20), answer => Assert.Equal("first", answer));
    }

    [Fact]
    public async Task The_room_for_prefixes_is_what_the_replica_says()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(Replica("first", () => 0));
        await bed.PublishAsync(bed.Endpoints() with { LoadBalancingPolicy = "prefix" });
        await UntilToldAsync(bed, replicas => replicas[0].CacheTokens == 16_000);
    }

    [Fact]
    public async Task A_replica_whose_metrics_hang_break_or_are_missing_serves_on()
    {
        await using var bed = new GatewayTestBed();
        var asked = new int[4];
        await bed.StartAsync(
            Metrics("hangs", 0, c => Task.Delay(Timeout.Infinite, c.RequestAborted)),
            Metrics("missing", 1, c => Task.FromResult(c.Response.StatusCode = StatusCodes.Status404NotFound)),
            Metrics("breaks", 2, async c =>
            {
                await c.Response.WriteAsync("vllm:num_requests_runn");
                await c.Response.Body.FlushAsync();
                c.Abort();
            }),
            Metrics("endless", 3, async c =>
            {
                while (!c.RequestAborted.IsCancellationRequested)
                {
                    await c.Response.Body.WriteAsync(new byte[1 << 16], c.RequestAborted);
                }
            }));
        await bed.PublishAsync(bed.Endpoints() with { LoadBalancingPolicy = "least_tokens" });
        await GatewayTestBed.UntilAsync(() => asked.All(n => n > 0), "the question for metrics");
        Assert.Equal(["breaks", "endless", "hangs", "missing"], (await AskAsync(bed, 100)).Distinct().Order());
        Assert.All(bed.Table.Current.All.Single().Snapshot().Replicas, r => Assert.True(r.Usable));

        RequestDelegate Metrics(string name, int number, Func<HttpContext, Task> answer) => c =>
        {
            if (c.Request.Path != "/metrics")
            {
                return c.Response.WriteAsync(name);
            }

            asked[number]++;
            return answer(c);
        };
    }

    [Fact]
    public async Task Replicas_are_not_asked_where_the_policy_does_not_look()
    {
        await using var bed = new GatewayTestBed();
        var (asked, others) = (false, 0);
        await bed.StartAsync(
            c => c.Response.WriteAsync($"{asked |= c.Request.Path == "/metrics"}"),
            c => c.Response.WriteAsync($"vllm:num_requests_running {(c.Request.Path == "/metrics" ? ++others : others)}"));
        var endpoints = bed.Endpoints();
        await bed.PublishAsync(endpoints with { LoadBalancingPolicy = "least_load", Replicas = [endpoints.Replicas[0]] });
        await bed.PublishAsync(endpoints with { Service = new("other"), LoadBalancingPolicy = "auto", Replicas = [endpoints.Replicas[1]] });

        // In the time in which another service's replica is asked again and again, this one would have been.
        await GatewayTestBed.UntilAsync(() => others >= 3, "the questions for metrics");
        Assert.False(asked);
    }

    private static RequestDelegate Replica(string name, Func<int> waiting) => c => c.Response.WriteAsync(c.Request.Path == "/metrics"
        ? $"vllm:num_requests_running 0\nvllm:num_requests_waiting {waiting()}\nvllm:cache_config_info{{block_size=\"16\",num_gpu_blocks=\"1000\"}} 1\n"
        : name);

    private static Task UntilToldAsync(GatewayTestBed bed, Func<ReplicaTracker[], bool> told) =>
        GatewayTestBed.UntilAsync(() => told([.. bed.Table.Current.All.Single().Snapshot().Replicas]), "a reading");

    private static int? Waiting(ReplicaTracker replica) => replica.Load.Others(TimeProvider.System.GetTimestamp())?.Waiting;

    private static async Task<List<string>> AskAsync(GatewayTestBed bed, int times)
    {
        var answers = new List<string>();
        for (var i = 0; i < times; i++)
        {
            using var body = new StringContent($$"""{"model":"llm","prompt":"question {{i}}"}""", Encoding.UTF8, "application/json");
            using var response = await Http.PostAsync(bed.Url("/v1/completions"), body, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            answers.Add(await response.Content.ReadAsStringAsync(Cancel));
        }

        return answers;
    }
}
