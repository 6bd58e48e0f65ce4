using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Gateway.Admission;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Ingress;
using Sky.Gateway.LoadBalancing.Accounting;
using Sky.Gateway.Reporting;
using Sky.Gateway.Routing;
using Xunit;

namespace Sky.SystemTests.Gateway.Admission;

/// <summary>How held requests go on when a service wakes, in made-up time.</summary>
public sealed class ReleaseRampTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceState _service;
    private readonly List<(GatewayRequest Request, Task<AdmissionResult> Result)> _held = [];

    public ReleaseRampTests()
    {
        _service = new ServiceState(new ServiceName("llm"), new ForwardingLimits(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(600)), new ReportSignal(), new RoundTrips(), _time);
        _service.Apply(Endpoints(replicas: 0));
    }

    private int Released => _held.Count - _service.Held.Count;

    [Fact]
    public void Each_replica_gets_a_few_and_two_follow_each_answer_that_begins()
    {
        Hold(40);
        _service.Apply(Endpoints(replicas: 2));
        Assert.Equal(6, Released);
        Assert.Equal([3, 3], _service.Snapshot().Replicas.Select(replica => replica.InFlight));
        _held[0].Request.LeaveRamp(answered: true);
        Assert.Equal(8, Released);
        _held[1].Request.LeaveRamp(answered: true);
        _held[2].Request.LeaveRamp(answered: true);
        Assert.Equal(12, Released);

        // First come, first served.
        Assert.All(_held.Take(12), one => Assert.NotNull(one.Result.Result.Lease));
    }

    [Fact]
    public void One_that_is_over_without_an_answer_makes_room_for_one()
    {
        Hold(10);
        _service.Apply(Endpoints(replicas: 1));
        Assert.Equal(3, Released);
        _held[0].Request.LeaveRamp(answered: false);
        _held[0].Request.LeaveRamp(answered: false);
        Assert.Equal(4, Released);
    }

    [Fact]
    public void As_many_as_at_first_follow_each_second_however_long_answers_take()
    {
        Hold(10);
        _service.Apply(Endpoints(replicas: 1));
        Assert.Equal(3, Released);
        _time.Advance(TimeSpan.FromSeconds(1));
        _service.Held.Review();
        Assert.Equal(6, Released);
        _time.Advance(TimeSpan.FromSeconds(2));
        _service.Held.Review();
        Assert.Equal(10, Released);
    }

    [Fact]
    public void The_next_time_begins_at_the_bottom_again()
    {
        Hold(30);
        _service.Apply(Endpoints(replicas: 1));
        foreach (var (request, _) in _held)
        {
            request.LeaveRamp(answered: true);
        }

        Assert.Equal(30, Released);
        _held.Clear();
        _service.Apply(Endpoints(replicas: 0));
        _time.Advance(TimeSpan.FromHours(1));
        Hold(10);
        _service.Apply(Endpoints(replicas: 1));
        Assert.Equal(3, Released);
    }

    [Fact]
    public void A_replica_that_is_said_to_take_more_gets_as_many_at_once()
    {
        Hold(30);
        _service.Apply(Endpoints(replicas: 1) with { Limits = new ServiceLimitsSpec { ReplicaConcurrency = 20 } });
        Assert.Equal(20, Released);
    }

    private static ServiceEndpoints Endpoints(int replicas) => new()
    {
        Service = new ServiceName("llm"),
        Replicas = [.. Enumerable.Range(1, replicas).Select(id => new ReplicaEndpoint { Id = new ReplicaId(id), Version = 1, Address = new Uri($"http://127.0.0.1:{1000 + id}") })],
        LoadBalancingPolicy = "round_robin",
        StreamTimeoutSeconds = 120,
        CanWait = true,
        Hold = new HoldSpec { MaxSeconds = 100_000, ReleaseAtOnce = 3 },
        ReadinessProbe = new ReadinessProbeSpec(),
    };

    private void Hold(int count)
    {
        for (var n = 0; n < count; n++)
        {
            var request = new GatewayRequest(new DefaultHttpContext(), "/") { Route = new RouteMatch(_service, "/", 0) };
            _held.Add((request, _service.Held.HoldAsync(request, 0, CancellationToken.None)));
        }

        Assert.Equal(count, _service.Held.Count);
    }
}
