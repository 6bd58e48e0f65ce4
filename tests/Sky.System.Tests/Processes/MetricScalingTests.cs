using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>The real program follows a number that a server of metrics tells.</summary>
public sealed class MetricScalingTests
{
    [Fact]
    public async Task A_service_follows_a_metric_and_keeps_its_replicas_while_that_cannot_be_read()
    {
        var (value, token) = (25.0, "");
        await using var metrics = await TestBackend.StartAsync(1, context =>
        {
            token = context.Request.Headers.Authorization.ToString();
            return context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $$$"""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1.5,"{{{value}}}"]}]}}"""));
        });
        await using var sky = new SkyMachine();
        sky.Environment["SKY_METRICS_TOKEN"] = "word-of-the-controller";
        var file = sky.WriteFile("follow/sky-serve.yaml", TestService.Yaml($$"""
            replica_policy:
              min_replicas: 1
              max_replicas: 4
              upscale_delay_seconds: 0
              downscale_delay_seconds: 0
              metrics:
                - {source: prometheus, url: "http://127.0.0.1:{{metrics.Port}}", query: sum(queue), target: 10, bearer_secret: SKY_METRICS_TOKEN, interval_seconds: 1}
            """, replicas: null));
        await sky.OkAsync("serve", "up", file, "-y");
        await sky.WaitAsync("follow", Ready(3), "three replicas for 25 at 10 each");
        Assert.Equal("Bearer word-of-the-controller", token);
        Assert.Contains("Metric prometheus: 25, read", (await sky.OkAsync("serve", "explain", "follow")).Output, StringComparison.Ordinal);

        // It would ask for one replica only, if it could be read.
        value = 5;
        await metrics.StopAsync();
        await ProblemAsync(sky, $"127.0.0.1:{metrics.Port} cannot be reached");
        SkyMachine.Kill9(sky.ControllerPid!.Value);
        await ProblemAsync(sky, $"127.0.0.1:{metrics.Port} cannot be reached");
        var status = await sky.WaitAsync("follow", one => one.GetProperty("message").ValueKind == JsonValueKind.String, "status says why");
        Assert.Contains("No replica is taken away while a metric is not known: prometheus (127.0.0.1", status.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, status.GetProperty("readyReplicas").GetInt32());

        await metrics.StartAsync();
        await sky.WaitAsync("follow", Ready(1), "one replica for 5");
        Assert.DoesNotContain("word-of-the-controller", File.ReadAllText(Path.Combine(sky.Home, "controller.log")), StringComparison.Ordinal);
    }

    private static Func<JsonElement, bool> Ready(int replicas) => status =>
        status.GetProperty("targetReplicas").GetInt32() == replicas && status.GetProperty("readyReplicas").GetInt32() == replicas && status.GetProperty("totalReplicas").GetInt32() == replicas;

    private static Task ProblemAsync(SkyMachine sky, string problem) => SkyMachine.UntilAsync(
        async () =>
        {
            using var explained = JsonDocument.Parse((await sky.OkAsync("serve", "explain", "follow", "-o", "json")).Output);
            return explained.RootElement.GetProperty("metrics")[0].TryGetProperty("problem", out var said) && said.GetString() == problem;
        },
        "explain says that it cannot be read");
}
