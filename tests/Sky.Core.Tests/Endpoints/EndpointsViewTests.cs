using Sky.Core.Endpoints;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Tests.Planning;
using Sky.Core.Specs;
using Sky.Core.Traffic;

namespace Sky.Core.Tests.Endpoints;

public sealed class EndpointsViewTests
{
    private static ServiceEndpoints View(World world) => EndpointsView.From(world.Stored, world.Now)!;

    [Fact]
    public void Ready_replicas_and_those_that_drain_are_told_and_no_others()
    {
        var world = new World(TestSpec.Of(min: 4)) { GatewaysDrain = false };
        world.Run(3);
        world.Healthy = row => row.Id.Value != 2;
        world.Change(service => service with { PinnedReplicas = 3 });
        world.Run(1);
        world.Change(service => service with { PinnedReplicas = 2 });
        world.Run(1);

        Assert.Equal([(1, false), (3, false), (4, true)], View(world).Replicas.Select(replica => (replica.Id.Value, replica.Draining)));
        Assert.Equal("http://127.0.0.1:20000/", View(world).Replicas[0].Address.ToString());
    }

    [Fact]
    public void Where_requests_are_divided_the_prices_of_each_version_are_told()
    {
        var spec = TestSpec.Of();
        var world = new World(spec with { Serving = spec.Serving with { Prices = new PriceSpec { Input = 3 } } });
        var stored = world.Stored;
        var second = stored.Versions[1] with { Number = 2, Spec = spec };
        var divided = new TrafficSplit { Generation = 1, Since = world.Now, Weights = [new(1, 90), new(2, 10)], InForce = [new(1, 90), new(2, 10)] };
        var service = stored with
        {
            Service = stored.Service with { LatestVersion = 2, Traffic = divided },
            Versions = new Dictionary<int, VersionRecord> { [1] = stored.Versions[1], [2] = second },
        };

        var traffic = EndpointsView.From(service, world.Now)!.Traffic!;

        Assert.Equal([new VersionPrices(1, new PriceSpec { Input = 3 }), new VersionPrices(2, null)], traffic.Prices);
        var inForce = new PriceSpec { Input = 7 };
        Assert.Equal((3m, null, 7m), (traffic.PricesOf(1, inForce)?.Input, traffic.PricesOf(2, inForce)?.Input, traffic.PricesOf(9, inForce)?.Input));
    }

    [Fact]
    public void What_the_file_says_of_serving_is_told()
    {
        var spec = TestSpec.Of();
        var hold = new HoldSpec { MaxRequests = 7, MaxBytes = 8, MaxSeconds = 9 };
        var models = new ModelsSpec { Names = [new("m", "r")] };
        FallbackSpec[] fallback = [new("*", ["other"])];
        string[] expose = ["/metrics"];
        var probe = new ReadinessProbeSpec { Path = "/r" };
        var world = new World(spec with
        {
            Serving = spec.Serving with { LoadBalancingPolicy = "round_robin", StreamTimeoutSeconds = 77, Hold = hold, ReadinessProbe = probe, Tls = new TlsSpec("c", "k"),
                Models = models, Fallback = fallback, Expose = expose },
        });

        var view = View(world);

        Assert.Equal(("round_robin", 77, hold), (view.LoadBalancingPolicy, view.StreamTimeoutSeconds, view.Hold));
        Assert.Equal(("/r", new TlsSpec("c", "k")), (view.ReadinessProbe.Path, view.Tls));
        Assert.Equal((models, fallback, expose), (view.Models, view.Fallback, view.Expose));
    }

    [Fact]
    public void While_a_launch_waits_for_its_back_off_requests_may_wait_and_know_how_long()
    {
        var world = new World(TestSpec.Of());
        world.Run(3);
        world.Start = (_, replica) => replica with { State = EngineReplicaState.Exited };
        world.Kill(1);
        world.Run(40);

        while (View(world).ExpectedReadySeconds is null)
        {
            world.Run(1);
        }

        Assert.True(View(world).CanWait);
        Assert.InRange(View(world).ExpectedReadySeconds!.Value, 1, 300);
    }

    [Fact]
    public void A_service_that_goes_down_holds_nothing_and_one_that_is_down_is_not_told()
    {
        var world = new World(TestSpec.Of()) { GatewaysDrain = false };
        world.Run(3);
        world.Down();
        world.Run(1);
        Assert.False(View(world).CanWait);
        Assert.True(View(world).Replicas.Single().Draining);

        world.Run(60);
        Assert.Null(EndpointsView.From(world.Stored, world.Now));
    }

    [Fact]
    public void A_version_that_is_given_up_holds_nothing_and_says_so_without_quoting_what_a_replica_or_a_provider_said()
    {
        var world = new World(TestSpec.Of()) { Start = (_, replica) => replica with { State = EngineReplicaState.Exited } };
        Assert.Null(View(world).NoReplicaReason);
        world.Run(60);

        Assert.NotNull(world.Stored.Service.Progress(1).FailedReason);
        Assert.False(View(world).CanWait);
        Assert.Equal("Version 1 was given up: its replicas did not become ready.", View(world).NoReplicaReason);
    }

    [Fact]
    public void Without_a_place_or_at_zero_by_hand_clients_are_told()
    {
        var world = new World(TestSpec.Of()) { HasPlace = false };
        world.Run(3);
        Assert.NotNull(world.Service.Progress(1).Waiting);
        Assert.Equal((false, "There is no place for a replica at the moment."), (View(world).CanWait, View(world).NoReplicaReason));

        world = new World(TestSpec.Of());
        world.Change(service => service with { PinnedReplicas = 0 });
        Assert.Equal((false, "The service is scaled to zero."), (View(world).CanWait, View(world).NoReplicaReason));
    }

    [Fact]
    public void Where_the_replicas_key_cannot_be_read_they_get_nothing_more_and_gateways_no_mask_of_it()
    {
        var spec = TestSpec.Of();
        var world = new World(spec with { Serving = spec.Serving with { UpstreamAuth = new UpstreamAuthSpec("x-api-key", SecretValue.Masked) } });
        world.Run(3);
        Assert.NotNull(View(world).UpstreamAuth);

        world.Stored = world.Stored with { Versions = new Dictionary<int, VersionRecord> { [1] = world.Stored.Versions[1] with { Unreadable = "The key is missing: put it back." } } };
        var view = View(world);
        Assert.Null(view.UpstreamAuth);
        Assert.True(view.Replicas.Single().Draining);
        Assert.False(view.CanWait);
        Assert.StartsWith("What it presents to its replicas cannot be read", view.NoReplicaReason, StringComparison.Ordinal);
        Assert.Equal(
            "The secrets of version 1 cannot be read: The key is missing: put it back. Requests are refused meanwhile, since replicas would be asked without their key.",
            StatusView.From(world.Stored, world.Load, null, world.Now).Message);
    }

    [Fact]
    public void Where_the_probes_headers_cannot_be_read_gateways_get_no_mask_of_them_and_it_is_said()
    {
        var spec = TestSpec.Of();
        var headers = new Dictionary<string, string> { ["x-key"] = SecretValue.Mask };
        var world = new World(spec with { Serving = spec.Serving with { ReadinessProbe = spec.Serving.ReadinessProbe with { Headers = headers, HeaderTemplates = headers } } });
        world.Run(3);
        Assert.Equal((1, 0), (View(world).ReadinessProbe.Headers.Count, View(world).ReadinessProbe.HeaderTemplates.Count));

        world.Stored = world.Stored with { Versions = new Dictionary<int, VersionRecord> { [1] = world.Stored.Versions[1] with { Unreadable = "The key is missing: put it back." } } };
        Assert.Empty(View(world).ReadinessProbe.Headers);
        Assert.False(View(world).Replicas.Single().Draining);
        Assert.StartsWith(
            "The secrets of version 1 cannot be read: The key is missing: put it back. Gateways ask replicas for their health, models and metrics without the headers of readiness_probe meanwhile",
            StatusView.From(world.Stored, world.Load, null, world.Now).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_replica_says_what_it_is_made_for()
    {
        var world = new World(TestSpec.Of(policy: policy => policy with { MaxReplicas = 2, TargetQpsPerAccelerator = new Dictionary<string, double> { ["A100"] = 10, ["L4"] = 2 } }));
        world.Run(3);
        world.Put(world.Row(1) with { Placement = world.Row(1).Placement with { Accelerators = "a100:1" } });

        Assert.Equal(10, View(world).Replicas.Single().TargetQps);
    }
}
