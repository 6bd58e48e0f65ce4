using Sky.Core.Clouds;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Providers.Clouds.Swarm;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Swarm;

/// <summary>What of clusters can be had.</summary>
public sealed class SwarmCloudTests
{
    private readonly FakeClusters _clusters = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_node_that_takes_replicas_is_an_offering_with_what_is_free_of_it()
    {
        _clusters.Add("a", new ClusterNodeFacts { Answers = true, Up = true, Cpus = 8, Memory = 32, CpusTaken = 3, MemoryTaken = 8 });
        var offering = Assert.Single(await Cloud().ListOfferingsAsync(Cancel));
        Assert.Equal(("swarm", "east", "a", "id-a"), (offering.Cloud, offering.Region, offering.InstanceType, offering.NodeId));
        Assert.Equal((5, 24, 0), (offering.Cpus, offering.Memory, offering.HourlyCost));
        Assert.Equal(("swarm/east", true), (offering.Engine, offering.Owned));
    }

    [Fact]
    public async Task Nodes_that_are_silent_down_drained_or_being_taken_away_are_not_offered()
    {
        var fine = new ClusterNodeFacts { Answers = true, Up = true, Cpus = 8, Memory = 32 };
        _clusters.Add("a", fine);
        _clusters.Add("b", fine with { Answers = false });
        _clusters.Add("c", fine with { Up = false });
        _clusters.Add("d", fine, ClusterNodeState.Draining);
        _clusters.Add("e", fine with { Trouble = "its cloud takes it away (terminate)" });
        _clusters.Add("f", fine with { Up = null });
        _clusters.Add("g", fine, ClusterNodeState.Joining);
        Assert.Equal(["a"], (await Cloud().ListOfferingsAsync(Cancel)).Select(offering => offering.InstanceType));
    }

    [Fact]
    public async Task Without_a_cluster_there_is_nothing_and_with_clusters_that_offer_nothing_the_reason_is_told()
    {
        Assert.Empty(await new SwarmCloud(new NoClusterSource(), _clusters).ListOfferingsAsync(Cancel));

        _clusters.Add("a", new ClusterNodeFacts { Answers = false });
        _clusters.Trouble = "no manager of cluster east can be asked";
        var error = await Assert.ThrowsAsync<CloudException>(() => Cloud().ListOfferingsAsync(Cancel));
        Assert.Equal((CloudFailure.Unavailable, "cluster east: no manager of cluster east can be asked"), (error.Failure, error.Message));
    }

    private SwarmCloud Cloud() => new(_clusters, _clusters);

    private sealed class FakeClusters : IClusterSource, IClusterControl
    {
        private readonly Dictionary<NodeName, ClusterNodeFacts> _facts = [];
        private ClusterRecord _cluster = new() { Name = new ClusterName("east"), CreatedAt = DateTimeOffset.UnixEpoch };

        public string? Trouble { get; set; }

        public IReadOnlyList<ClusterRecord> Current => [_cluster];

        public void Add(string name, ClusterNodeFacts facts, ClusterNodeState state = ClusterNodeState.Ready)
        {
            _facts[new NodeName(name)] = facts;
            _cluster = _cluster.With(new ClusterNode
            {
                Name = new NodeName(name), Address = "10.0.0.1", Role = NodeRole.Worker, State = state, EngineId = "id-" + name, AddedAt = DateTimeOffset.UnixEpoch,
            });
        }

        public Task<ClusterFacts> LookAsync(ClusterRecord cluster, CancellationToken cancellationToken) =>
            Task.FromResult(new ClusterFacts { Nodes = _facts, Trouble = Trouble });

        public Task RemoveNodeAsync(ClusterRecord cluster, ClusterNode node, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JoinAnswer> JoinAsync(ClusterName cluster, NodeName node, NodeRole role, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
