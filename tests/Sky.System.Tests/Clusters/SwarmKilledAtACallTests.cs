using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Providers.Clouds.Swarm;
using Sky.Providers.Engines.Swarm;
using Sky.Providers.Registries;
using Sky.SystemTests.Controller;
using Sky.SystemTests.Docker;
using Sky.Testing.Docker;
using Sky.Testing.Faults;
using Sky.Testing.Gateway;
using Sky.Testing.Simulation;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedSwarm))]

namespace Sky.SystemTests.Clusters;

/// <summary>
/// The controller dies at a write to its database, at an effect on its replicas, which are Swarm services, or within an effect, at a call of the cluster. The
/// daemon says how often each was started.
/// </summary>
public sealed class SwarmKilledAtACallTests(SharedSwarm shared) : KilledAtACallTestBase
{
    private static readonly NodeName _node = new("a");
    private readonly List<IAsyncDisposable> _engines = [];
    private readonly List<BedNodes> _nodes = [];
    private SwarmBed _bed = null!;
    private TestBackend? _ready;
    private OneMachine _cluster = null!;
    private OwnerId _owner;

    private OwnContainers Containers => new(_bed.Nodes[0].Api, _owner);

    [Theory]
    [InlineData("POST services/create done", 4)]
    public Task The_services_are_the_same_and_each_was_started_once(string point, int deaths) => EveryVerbAsync(point, deaths);

    [Theory]
    [Trait("Category", "Heavy")]
    [InlineData("list", 5)]
    [InlineData("run", 4)]
    [InlineData("ran", 4)]
    [InlineData("stop", 3)]
    [InlineData("stopped", 3)]
    [InlineData("forget", 3)]
    [InlineData("forgotten", 3)]
    [InlineData("POST containers/create done", 4)]
    [InlineData("PUT containers/archive done", 4)]
    [InlineData("POST services/update done", 3)]
    [InlineData("DELETE services done", 3)]
    public Task The_same_holds_at_every_other_call(string point, int deaths) => EveryVerbAsync(point, deaths);

    private protected override async Task PrepareAsync()
    {
        Assert.SkipWhen(SwarmBed.SkipReason is not null, SwarmBed.SkipReason ?? "");
        _bed = await shared.BedAsync();
        _cluster = new OneMachine(await _bed.IdOfAsync(1));

        // Replicas lie in another network: whatever runs is ready.
        _ready = await TestBackend.StartAsync(1, _ => Task.CompletedTask);
    }

    private protected override async Task RemoveAsync()
    {
        foreach (var engine in _engines)
        {
            await engine.DisposeAsync();
        }

        _nodes.ForEach(nodes => nodes.Dispose());
        if (_ready is not null)
        {
            await _ready.DisposeAsync();
        }
    }

    private protected override async Task<MortalController> StartAsync()
    {
        CrashPoint? passed = null;
        var nodes = await BedNodes.OfAsync(_bed, connect: daemon => CrashingTransport.Connect(daemon, () => passed), replicas: _ready!.Endpoint.Address);
        _nodes.Add(nodes);
        return await MortalController.StartAsync(
            Home,
            (owner, point) =>
            {
                (_owner, passed) = (owner, point);
                var options = new SwarmEngineOptions { Name = "swarm/test", Cluster = "test", BaseImage = SharedDocker.Image };
                var engine = new SwarmEngine(options, nodes, owner, TimeProvider.System, new RegistryLogins(new DockerConfigFile("/nonexistent", new CredentialHelper())));
                _engines.Add(engine);
                return engine;
            },
            new SwarmCloud(_cluster, _cluster));
    }

    private protected override ServiceSpec Spec(string tag) => On("swarm", Undrained(TestSpecs.Spec(2, run: $"TAG={tag} exec sleep 600")));

    private protected override Task<IReadOnlyList<int>> RunningAsync() => Containers.RunningAsync();

    private protected override Task<IReadOnlyList<int>> StartsAsync() => Containers.StartsAsync();

    private protected override async Task NothingIsLeftAsync()
    {
        var api = _bed.Nodes[0].Api;
        Assert.DoesNotContain(_owner.Value, await api.GetAsync("/services"), StringComparison.Ordinal);
        await ClusterBed.UntilAsync(async () => (await Containers.AllAsync()).Count == 0, "Swarm has removed the containers");
        Assert.DoesNotContain(_owner.Value, await api.GetAsync("/volumes"), StringComparison.Ordinal);
    }

    /// <summary>A cluster of the bed's machine.</summary>
    private sealed class OneMachine(string id) : IClusterSource, IClusterControl
    {
        public IReadOnlyList<ClusterRecord> Current { get; } =
        [
            new ClusterRecord
            {
                Name = new ClusterName("test"),
                CreatedAt = DateTimeOffset.UnixEpoch,
                Nodes = [new ClusterNode { Name = _node, Address = "10.99.0.1", Role = NodeRole.Manager, State = ClusterNodeState.Ready, EngineId = id, AddedAt = DateTimeOffset.UnixEpoch }],
            },
        ];

        public Task<ClusterFacts> LookAsync(ClusterRecord cluster, CancellationToken cancellationToken) => Task.FromResult(new ClusterFacts
        {
            Nodes = new Dictionary<NodeName, ClusterNodeFacts> { [_node] = new() { Answers = true, Up = true, EngineId = id, Cpus = 64, Memory = 64 } },
        });

        public Task<JoinAnswer> JoinAsync(ClusterName cluster, NodeName node, NodeRole role, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RemoveNodeAsync(ClusterRecord cluster, ClusterNode node, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
