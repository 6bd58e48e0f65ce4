using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;
using Xunit;

namespace Sky.Core.Tests.Planning;

/// <summary>Replicas under more than one engine: each is judged and asked by its own.</summary>
public sealed class SeveralEnginesTests
{
    private static readonly Func<ServiceSpec, string, ServiceSpec> _onto = (spec, cloud) =>
        spec with { Resources = new ResourcesSpec { Candidates = [new ResourceCandidate { Cloud = cloud }] } };

    [Fact]
    public void What_stands_under_an_engine_that_cannot_be_asked_is_left_as_it_is_and_the_rest_goes_on()
    {
        var world = TwoEngines();
        Assert.Equal(["docker", "process"], world.Ready.Select(row => row.Placement.EngineName).Order());
        var far = world.Ready.Single(row => row.Placement.EngineName == "docker");
        var near = world.Ready.Single(row => row.Placement.EngineName == "process");

        world.Silent.Add("docker");
        world.Kill(near.Id.Value);
        world.Run(30);

        Assert.Equal(ReplicaState.Ready, world.Row(far.Id.Value).State);
        Assert.Contains(world.Ready, row => row.Placement.EngineName == "process" && row.Id != near.Id);
        Assert.Equal(2, world.Ready.Count());

        world.Silent.Clear();
        world.Vanish(far.Id.Value);
        world.Run(5);
        Assert.NotEqual(ReplicaState.Ready, world.Stored.Replicas.FirstOrDefault(row => row.Id == far.Id)?.State);
    }

    [Fact]
    public void Stops_and_removals_go_to_the_engine_that_has_the_replica()
    {
        var world = TwoEngines();
        List<PlannedEffect> effects = [];
        world.Fails = effect =>
        {
            effects.Add(effect);
            return null;
        };
        var engines = world.Ready.ToDictionary(row => row.Id, row => row.Placement.EngineName);
        world.Down();
        world.Run(60);

        Assert.Equal(ServicePhase.Down, world.Service.Phase);
        Assert.NotEmpty(effects);
        Assert.All(effects, effect => Assert.Equal(engines[effect.Replica.Id], effect.Engine));
        Assert.Contains(effects, effect => effect is PlannedEffect.Stop { Engine: "docker" });
        Assert.Contains(effects, effect => effect is PlannedEffect.Forget { Engine: "docker" });
    }

    [Fact]
    public void A_service_is_not_down_while_an_engine_that_has_a_replica_of_it_is_silent()
    {
        var world = TwoEngines();
        world.Silent.Add("docker");
        world.Down();
        world.Run(120);
        Assert.Equal(ServicePhase.ShuttingDown, world.Service.Phase);
        Assert.Contains(world.Stored.Replicas, row => row.Placement.EngineName == "docker");

        world.Silent.Clear();
        world.Run(60);
        Assert.Equal(ServicePhase.Down, world.Service.Phase);
    }

    [Fact]
    public void An_address_that_is_known_only_once_it_runs_becomes_its_endpoint()
    {
        var address = new Uri("https://10.0.0.2:46600");
        var world = new World(_onto(TestSpec.Of(), "swarm"))
        {
            Offerings = [TestSpec.Host with { Cloud = "swarm", Engine = EngineName.Of(EngineName.Swarm, "east") }],
            Start = (_, replica) => replica with { Endpoint = address },
        };
        world.Pass();
        Assert.Null(Assert.Single(world.Stored.Replicas).Endpoint);
        world.Run(3);
        Assert.Equal(address, Assert.Single(world.Ready).Endpoint);
    }

    /// <summary>One ready replica under each of two engines: the file moved from one to the other in the middle of an update that waits.</summary>
    private static World TwoEngines()
    {
        var docker = TestSpec.Host with { Cloud = "docker", Engine = EngineName.Docker };
        var world = new World(TestSpec.Of(min: 2)) { Offerings = [TestSpec.Host, docker] };
        world.Run(3);
        world.Stored = world.Stored with
        {
            Replicas = [.. world.Stored.Replicas.Select(row => row.Id.Value == 2 ? row with { Placement = row.Placement with { Cloud = "docker", Engine = EngineName.Docker } } : row)],
        };
        world.MoveTo(2, EngineName.Docker);
        return world;
    }
}
