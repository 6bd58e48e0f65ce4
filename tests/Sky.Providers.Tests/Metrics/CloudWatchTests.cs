using System.Text.Json.Nodes;
using Amazon.Runtime;
using Sky.Core.Autoscaling;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Planning;
using Sky.Core.Specs;
using Sky.Providers.Aws;
using Sky.Providers.Metrics;
using Sky.Testing.Clouds.Aws;

namespace Sky.Providers.Tests.Metrics;

/// <summary>Amazon CloudWatch as moto plays it.</summary>
public sealed class CloudWatchTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private MotoServer? _moto;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(MotoServer.SkipReason is not null, MotoServer.SkipReason ?? "");
        _moto = await MotoServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_moto is not null)
        {
            await _moto.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_was_put_is_read_and_scaled_by()
    {
        var reader = new CloudWatchMetrics(Client, TimeProvider.System);
        var metric = Metric("jobs");
        Assert.Contains("has no value", (await Assert.ThrowsAsync<MetricException>(() => reader.ReadAsync(metric, _ => null, Cancel))).Message, StringComparison.Ordinal);

        await PutAsync("other", 7, secondsAgo: 10);
        await PutAsync("jobs", 3, secondsAgo: 200);
        await PutAsync("jobs", 45, secondsAgo: 10);
        var value = await reader.ReadAsync(metric, _ => null, Cancel);
        Assert.Equal(45, value);

        var now = DateTimeOffset.UnixEpoch;
        var decision = Autoscaler.Decide(
            new AutoscalerInput
            {
                Policy = new ReplicaPolicySpec { MinReplicas = 1, MaxReplicas = 9, UpscaleDelaySeconds = 0, Metrics = [metric] },
                PolicyVersion = 1,
                State = new AutoscalerState { Target = 1, PolicyVersion = 1 },
                Load = new ServiceLoad(),
                Metrics = [new MetricSight { Value = value, At = now }],
            },
            now);
        Assert.Equal(5, decision.State.Target);
    }

    [Fact]
    public async Task A_value_that_is_too_old_is_none()
    {
        await PutAsync("jobs", 45, secondsAgo: 3600);

        Assert.Contains(
            "has no value", (await Assert.ThrowsAsync<MetricException>(() => new CloudWatchMetrics(Client, TimeProvider.System).ReadAsync(Metric("jobs"), _ => null, Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_a_sentence()
    {
        var reader = new CloudWatchMetrics(region => new AwsJsonClient(_http, _ => "http://127.0.0.1:1/", TimeProvider.System, CloudWatchMetrics.Service, region, new BasicAWSCredentials("test", "test")), TimeProvider.System);

        Assert.Contains("cannot be reached", (await Assert.ThrowsAsync<MetricException>(() => reader.ReadAsync(Metric("jobs"), _ => null, Cancel))).Message, StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static MetricSpec Metric(string queue) => new()
    {
        Source = MetricSource.CloudWatch,
        Target = 10,
        CloudWatch = new("eu-west-1") { Namespace = "Jobs", Metric = "Waiting", Dimensions = new Dictionary<string, string> { ["Queue"] = queue }, Statistic = "Maximum" },
    };

    private AwsJsonClient Client(string region) =>
        new(_http, name => name == "AWS_ENDPOINT_URL" ? _moto!.Url.ToString() : null, TimeProvider.System, CloudWatchMetrics.Service, region, new BasicAWSCredentials("test", "test"));

    private Task<JsonObject> PutAsync(string queue, double value, int secondsAgo) => Client("eu-west-1").CallAsync("PutMetricData", new JsonObject
    {
        ["Namespace"] = "Jobs",
        ["MetricData"] = new JsonArray(new JsonObject
        {
            ["MetricName"] = "Waiting",
            ["Dimensions"] = new JsonArray(new JsonObject { ["Name"] = "Queue", ["Value"] = queue }),
            ["Timestamp"] = DateTimeOffset.UtcNow.AddSeconds(-secondsAgo).ToUnixTimeSeconds(),
            ["Value"] = value,
        }),
    }, Cancel);
}
