using Sky.Core.Metering;
using Sky.Core.Services;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Telemetry;
using Sky.Gateway.Telemetry.Metrics;
using Xunit;

namespace Sky.SystemTests.Gateway.Telemetry;

/// <summary>Recording is for the way of requests: it allocates nothing, and its series do not grow with what clients send.</summary>
public sealed class RecordingTests
{
    [Fact]
    public async Task A_request_that_is_like_an_earlier_one_allocates_nothing()
    {
        await using var bed = await TelemetryBed.StartAsync();
        var metrics = new GatewayMetrics(bed.Bed.Instruments);
        var service = bed.Bed.Table.Current.Find("llm")!;
        var request = new RequestTelemetry
        {
            Method = "POST", Service = service, Operation = "chat", Model = "llm", KnownModel = "llm", IsStream = true, Status = 200,
        };
        request.Begin(metrics, null, TimeProvider.System);
        request.Sending(service.Snapshot().Replicas[0]);
        request.Read(1);
        request.Answered("llm-2026"u8);
        request.Settled(service, new Settlement { Sequence = 1, At = DateTimeOffset.UnixEpoch, Service = new ServiceName("llm"), Model = "llm", Replica = 1, Version = 1, Usage = new TokenUsage(9, 3, 5), Kind = SettlementKind.Exact });
        request.Ended();
        Record(100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Record(1000);

        // The runtime itself may take a little, now and then.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);

        void Record(int times)
        {
            for (var time = 0; time < times; time++)
            {
                metrics.Decided(service, DecisionReason.Pick);
                metrics.Retried(service, ForwardOutcome.ConnectFailed);
                metrics.Reserved(service, journaled: true);
                metrics.Settled(service, SettlementKind.Exact, new TokenUsage(9, 3, 5));
                metrics.NameOf("llm-2026"u8);
                metrics.Ended(request);
            }
        }
    }

    [Fact]
    public void Names_beyond_the_bound_are_one()
    {
        var names = new BoundedNames(3);
        Assert.Equal(["a", "b", "c", "other", "other", "a"], new[] { "a", "b", "c", "d", "e", "a" }.Select(names.Of));
    }

    [Theory]
    [InlineData(0, "5xx")]
    [InlineData(101, "1xx")]
    [InlineData(204, "2xx")]
    [InlineData(499, "4xx")]
    [InlineData(777, "5xx")]
    public void Every_status_has_a_class(int status, string code) => Assert.Equal(code, Words.ClassOf(status));

    [Fact]
    public void Statuses_that_nobody_knows_are_few()
    {
        Assert.InRange(Enumerable.Range(0, 100_000).Select(Words.Status).Distinct().Count(), 50, 80);
        Assert.Equal((418, 500, 599 / 100 * 100), (Words.Status(418), Words.Status(500), Words.Status(598)));
    }

    [Fact]
    public void Every_way_an_attempt_can_end_has_its_word() =>
        Assert.Equal(Enum.GetValues<ForwardOutcome>().Length, Enum.GetValues<ForwardOutcome>().Select(RequestOutcome.Of).Except(["other"]).Count());
}
