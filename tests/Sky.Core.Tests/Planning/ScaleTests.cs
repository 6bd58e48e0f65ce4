using Sky.Core.Endpoints;
using Sky.Core.Services;

namespace Sky.Core.Tests.Planning;

public sealed class ScaleTests
{
    [Fact]
    public void At_zero_a_held_request_wakes_the_service_at_once_and_it_sleeps_again_after_the_delay()
    {
        var world = new World(TestSpec.Of(min: 0, max: 2, qps: 1, policy: policy => policy with { DownscaleDelaySeconds = 100 }));
        world.Run(5);
        Assert.Equal((0, ServiceStatus.NoReplica), (world.Launches, world.Status));
        Assert.True(EndpointsView.From(world.Stored, world.Now)!.CanWait);

        world.Arrive(1, held: 1);
        world.Run(3);
        Assert.Single(world.Ready);
        world.Load = new();
        world.Run(150);
        Assert.Single(world.Ready);
        world.Run(20);
        Assert.Empty(world.Stored.Replicas);
    }

    [Fact]
    public void Overprovisioning_does_not_keep_a_sleeping_service_awake()
    {
        var world = new World(TestSpec.Of(min: 0, max: 2, qps: 1, policy: policy => policy with { NumOverprovision = 1 }));
        world.Run(10);
        Assert.Equal(0, world.Launches);

        world.Arrive(1);
        world.Run(3);
        Assert.Equal(2, world.Ready.Count());
    }

    [Fact]
    public void A_number_set_by_hand_holds_until_auto_and_stays_the_starting_point_afterwards()
    {
        var world = new World(TestSpec.Of(min: 1, max: 4, qps: 1));
        world.Run(3);
        world.Change(service => service with { PinnedReplicas = 3 });
        world.Run(5);
        Assert.Equal(3, world.Ready.Count());

        world.Change(service => service with { PinnedReplicas = null });
        world.Run(60);
        Assert.Equal(3, world.Ready.Count());
        world.Run(1200);
        Assert.Single(world.Ready);
    }

    [Fact]
    public void Set_to_zero_by_hand_no_request_wakes_it()
    {
        var world = new World(TestSpec.Of(min: 1, max: 4, qps: 1));
        world.Run(3);
        world.Change(service => service with { PinnedReplicas = 0 });
        world.Arrive(10, held: 10);
        world.Run(10);

        Assert.Empty(world.Stored.Replicas);
        Assert.False(EndpointsView.From(world.Stored, world.Now)!.CanWait);
    }

    [Fact]
    public void Scaling_down_takes_what_is_not_ready_first_and_then_the_youngest()
    {
        var world = new World(TestSpec.Of(min: 4)) { Healthy = row => row.Id.Value != 2 };
        world.Run(3);
        world.Change(service => service with { PinnedReplicas = 2 });
        world.Run(5);

        Assert.Equal([1, 3], world.Stored.Replicas.Select(row => row.Id.Value));
    }
}
