using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Reconciling;
using Sky.Controller.Scaling.Metrics;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class MetricWatchTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MetricBook _book = new();
    private readonly ReplicaMetricReader _replicas = new(TimeProvider.System);
    private readonly Reader _reader = new();
    private readonly MetricWatch _watch;

    public MetricWatchTests() => _watch = new MetricWatch(
        _book, [_reader], _replicas, new WorkQueue(_time), name => name is "SKY_METRICS_KEY" or "AWS_SECRET_ACCESS_KEY" ? "of the controller" : null, _time, NullLogger<MetricWatch>.Instance);

    public void Dispose()
    {
        _watch.Dispose();
        _replicas.Dispose();
    }

    [Fact]
    public async Task It_is_read_at_its_interval_and_what_was_read_last_outlives_a_failure()
    {
        _book.Sync(Service(Prometheus()));
        Assert.Equal(MetricSight.None, Sight);

        await ReadAsync(() => 5);
        Assert.Equal(new MetricSight { Value = 5, At = _time.GetUtcNow() }, Sight);
        Assert.Empty(_watch.ReadDue(Cancel));

        var then = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(15));
        await ReadAsync(() => throw new MetricException("it is gone"));
        Assert.Equal(new MetricSight { Value = 5, At = then, Trouble = "it is gone" }, Sight);

        _time.Advance(TimeSpan.FromSeconds(15));
        await ReadAsync(() => throw new InvalidOperationException("no reader throws this"));
        Assert.Equal("an unexpected failure; the controller's log has more", Sight.Trouble);

        _book.Sync(Service(Prometheus()));
        _time.Advance(TimeSpan.FromSeconds(15));
        await ReadAsync(() => 7);
        Assert.Equal(new MetricSight { Value = 7, At = _time.GetUtcNow() }, Sight);
    }

    [Fact]
    public async Task One_that_does_not_answer_is_given_up_and_meanwhile_not_asked_again()
    {
        _book.Sync(Service(Prometheus()));
        _reader.Read = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        };
        var reading = Assert.Single(_watch.ReadDue(Cancel));
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(reading.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        await reading;
        Assert.Equal("no answer within 10 s", Sight.Trouble);
    }

    [Theory]
    [InlineData("OF_THE_FILE", "of the file")]
    [InlineData("SKY_METRICS_KEY", "of the controller")]
    [InlineData("AWS_SECRET_ACCESS_KEY", null)]
    [InlineData("SKY_METRICS_OTHER", null)]
    public async Task Only_secrets_of_the_file_and_variables_that_are_meant_for_it_are_given_out(string name, string? value)
    {
        _book.Sync(Service(Prometheus()));
        SecretValue? given = null;
        _reader.Read = (secret, _) =>
        {
            given = secret(name);
            return Task.FromResult(1.0);
        };

        await Task.WhenAll(_watch.ReadDue(Cancel));
        Assert.Equal(value, given?.Reveal());
    }

    [Fact]
    public async Task Replicas_are_asked_themselves_and_one_that_does_not_answer_leaves_the_others()
    {
        await using var one = await TestBackend.StartAsync(1, context => context.Response.WriteAsync("waiting{engine=\"0\"} 3\nwaiting{engine=\"1\"} 4\n"));
        await using var two = await TestBackend.StartAsync(2, context => context.Response.WriteAsync("other 1\n"));
        var metric = new MetricSpec { Source = MetricSource.Replica, Target = 1, Replica = new("/metrics") { Metric = "waiting" } };
        _book.Sync(Service(metric, Aggregates.Replica("a", 1, ReplicaState.Ready, one.Port), Aggregates.Replica("a", 2, ReplicaState.Ready, two.Port), Aggregates.Replica("a", 3, ReplicaState.Starting, 1)));

        await Task.WhenAll(_watch.ReadDue(Cancel));
        var told = Assert.Single(Sight.ByReplica!);
        Assert.Equal((1, 7.0, null), (told.Key.Value, told.Value, Sight.Trouble));

        await one.StopAsync();
        _time.Advance(TimeSpan.FromSeconds(15));
        await Task.WhenAll(_watch.ReadDue(Cancel));
        Assert.Equal($"replica 1: connection refused at 127.0.0.1:{one.Port}", Sight.Trouble);
        Assert.Single(Sight.ByReplica!);
    }

    [Fact]
    public void A_service_that_goes_down_or_is_set_by_hand_is_not_asked_for()
    {
        var service = Service(Prometheus());
        _book.Sync(service);
        Assert.NotEmpty(_book.Of(service.Service.Name));

        _book.Sync(service with { Service = service.Service with { PinnedReplicas = 2 } });
        Assert.Empty(_book.Of(service.Service.Name));
        _book.Sync(service with { Service = service.Service with { Phase = ServicePhase.ShuttingDown } });
        Assert.Empty(_watch.ReadDue(Cancel));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private MetricSight Sight => _book.Of(new ServiceName("a"))[1][0];

    private static MetricSpec Prometheus() => new() { Source = MetricSource.Prometheus, Target = 1, Prometheus = new("http://p", "q") };

    private static ServiceAggregate Service(MetricSpec metric, params ReplicaRecord[] replicas)
    {
        var spec = TestSpecs.Spec();
        return Aggregates.Service(
            "a",
            spec with
            {
                Task = spec.Task with { Secrets = new Dictionary<string, SecretValue> { ["OF_THE_FILE"] = new("of the file") } },
                Serving = spec.Serving with { ReplicaPolicy = new ReplicaPolicySpec { MinReplicas = 1, MaxReplicas = 3, Metrics = [metric] } },
            },
            replicas);
    }

    private Task ReadAsync(Func<double> read)
    {
        _reader.Read = (_, _) => Task.FromResult(read());
        return Task.WhenAll(_watch.ReadDue(Cancel));
    }

    private sealed class Reader : IMetricReader
    {
        public MetricSource Source => MetricSource.Prometheus;

        public Func<Func<string, SecretValue?>, CancellationToken, Task<double>> Read { get; set; } = (_, _) => Task.FromResult(0.0);

        public Task<double> ReadAsync(MetricSpec metric, Func<string, SecretValue?> secret, CancellationToken cancellationToken) => Read(secret, cancellationToken);
    }
}
