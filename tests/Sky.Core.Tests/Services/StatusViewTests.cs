using Sky.Core.Endpoints;
using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Tests.Planning;

namespace Sky.Core.Tests.Services;

public sealed class StatusViewTests
{
    private static ServiceView View(World world) => StatusView.From(world.Stored, world.Load, "http://gateway", world.Now);

    [Fact]
    public void A_new_service_is_on_its_way_and_shows_what_is_wanted()
    {
        var world = new World(TestSpec.Of(min: 2));
        Assert.Equal(ServiceStatus.ReplicaInit, View(world).Status);
        world.Pass();
        var view = View(world);

        Assert.Equal((ServiceStatus.ReplicaInit, 0, 2, 2), (view.Status, view.ReadyReplicas, view.TotalReplicas, view.TargetReplicas));
        Assert.Equal("http://gateway/services/svc", view.Endpoint);
        Assert.Null(view.UptimeSeconds);
        Assert.Equal([ReplicaStatus.Provisioning, ReplicaStatus.Provisioning], view.Replicas.Select(replica => replica.Status));
    }

    [Fact]
    public void A_service_whose_model_another_one_has_says_so()
    {
        var world = new World(TestSpec.Of(min: 1)) { Load = new ServiceLoad { TakenModels = [new TakenModel("llama", new ServiceName("other"))] } };
        Assert.Equal("Requests for the model 'llama' go to the service 'other', which has that name first.", View(world).Message);
    }

    [Fact]
    public void A_service_whose_replicas_stand_where_nothing_can_be_changed_says_that_changes_wait()
    {
        var world = new World(TestSpec.Of(min: 2));
        world.Run(3);
        string? Trouble(string engine) =>
            StatusView.From(world.Stored, world.Load, null, world.Now, new Dictionary<string, string> { [engine] = "no manager can be asked" }).Trouble;
        Assert.Equal("What runs goes on, and changes wait: no manager can be asked.", Trouble(world.Stored.Replicas[0].Placement.EngineName));
        Assert.Null(Trouble("swarm/other"));
        Assert.Null(View(world).Trouble);
    }

    [Theory]
    [InlineData("docker", true)]
    [InlineData("docker/other", true)]
    [InlineData("swarm/east", false)]
    [InlineData("process", false)]
    public void What_runs_is_said_to_be_reached_only_where_no_daemon_holds_its_ports(string engine, bool holds)
    {
        var world = new World(TestSpec.Of(min: 2));
        world.Run(3);
        world.Stored = world.Stored with { Replicas = [.. world.Stored.Replicas.Select(row => row with { Placement = row.Placement with { Engine = engine } })] };
        var trouble = StatusView.From(world.Stored, world.Load, null, world.Now, new Dictionary<string, string> { [engine] = "it does not answer" }).Trouble!;
        Assert.Contains("hanges wait: it does not answer.", trouble, StringComparison.Ordinal);
        Assert.Equal(holds, trouble.EndsWith("replicas there are not reached until it is back.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_ready_service_tells_versions_uptime_and_load()
    {
        var world = new World(TestSpec.Of(min: 2));
        world.Run(13);
        world.Load = new ServiceLoad { InFlight = new Dictionary<ReplicaId, int> { [new ReplicaId(2)] = 7 } };
        var view = View(world);

        Assert.Equal((ServiceStatus.Ready, 2, 2, 10L), (view.Status, view.ReadyReplicas, view.TotalReplicas, view.UptimeSeconds));
        Assert.Equal([1], view.Versions);
        Assert.Equal([0, 7], view.Replicas.Select(replica => replica.InFlight));
    }

    [Fact]
    public void What_drains_is_shutting_down_and_still_counted()
    {
        var world = new World(TestSpec.Of(min: 2)) { GatewaysDrain = false };
        world.Run(3);
        world.Change(service => service with { PinnedReplicas = 1 });
        world.Run(1);
        var view = View(world);

        Assert.Equal((1, 2), (view.ReadyReplicas, view.TotalReplicas));
        Assert.Equal([ReplicaStatus.Ready, ReplicaStatus.ShuttingDown], view.Replicas.Select(replica => replica.Status));
        Assert.Equal("Fixed 1 replica (set by hand)", view.AutoscalingPolicy);
    }

    [Fact]
    public void A_version_that_was_given_up_is_told_until_a_person_says_what_is_to_serve()
    {
        var world = new World(TestSpec.Of());
        world.Run(5);
        world.Start = (version, replica) => version == 1 ? null! : replica with { State = EngineReplicaState.Exited, Exit = new ReplicaExit { Code = 1, Stage = "run" } };
        world.Update(TestSpec.Of("broken"));
        world.Run(5);
        Assert.StartsWith("Version 2 is given up (", View(world).Message);
        world.Rollback(1);
        world.Run(5);
        Assert.Null(View(world).Message);

        world.Update(TestSpec.Of("broken again", serving: serving => serving with { UpdatePolicy = new UpdatePolicySpec { OnFailure = UpdateFailureAction.Rollback } }));
        world.Run(5);
        Assert.StartsWith("Version 3 was given up (", View(world).Message);
        Assert.EndsWith("; version 1 serves.", View(world).Message);
    }

    [Fact]
    public void A_service_going_down_is_shutting_down()
    {
        var world = new World(TestSpec.Of()) { GatewaysDrain = false };
        world.Run(3);
        world.Down();
        world.Run(1);

        Assert.Equal(ServiceStatus.ShuttingDown, View(world).Status);
    }

    [Fact]
    public void Policies_are_told_in_the_known_words()
    {
        Assert.Equal("Fixed 2 replicas", PolicyText.Of(new ReplicaPolicySpec { MinReplicas = 2 }, null));
        Assert.Equal("Fixed 1 replica", PolicyText.Of(new ReplicaPolicySpec(), null));
        var policy = new ReplicaPolicySpec { MinReplicas = 1, MaxReplicas = 3, TargetQpsPerReplica = 5 };
        Assert.Equal("Autoscaling from 1 to 3 replicas (target QPS per replica: 5)", PolicyText.Of(policy, null));
        Assert.Equal(
            "Autoscaling from 1 to 3 replicas with 1 overprovisioned replicas (target QPS per replica: 5)",
            PolicyText.Of(policy with { NumOverprovision = 1 }, null));
    }

    [Fact]
    public void Resources_are_told_in_the_known_words()
    {
        var candidate = new ResourceCandidate { Cpus = new ResourceAmount(2, false), Memory = new ResourceAmount(4, true), UseSpot = true, Accelerator = "A100", AcceleratorCount = 4 };

        Assert.Equal("1x[spot](gpus=A100:4, cpus=2, mem=4+)", ResourceText.Of(candidate));
        Assert.Equal("1x(cpus=2, mem=4)", ResourceText.Of(new ResourceCandidate { Cpus = new ResourceAmount(2, false), Memory = new ResourceAmount(4, false) }));
    }
}
