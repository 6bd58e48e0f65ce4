using Sky.Controller.Clusters;
using Sky.Controller.Launching;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Core.Placement;
using Sky.Core.Services;
using Sky.SystemTests.Controller;
using Xunit;

namespace Sky.SystemTests.Clusters;

public sealed class LeavingReplicasTests
{
    private static readonly NodeBook NoNodes = new(TimeProvider.System);

    [Fact]
    public void Replicas_on_drained_nodes_leave_and_those_of_other_clusters_and_engines_stay()
    {
        var service = Aggregates.Service("svc") with
        {
            Replicas = [Row(1, "swarm/east", "a"), Row(2, "swarm/east", "b"), Row(3, "swarm/west", "a"), Row(4, null, "a"), Row(5, "swarm/east", "c")],
        };
        var east = Cluster("east", Node("a", ClusterNodeState.Draining), Node("b", ClusterNodeState.Ready), Node("c", ClusterNodeState.Removing));
        var west = Cluster("west", Node("a", ClusterNodeState.Ready));

        var leaving = LeavingReplicas.Of(service, new Clusters([east, west]), NoNodes);
        Assert.Equal(
            [(1, "node a is drained"), (5, "node c is being removed")],
            leaving.Select(pair => (pair.Key.Value, pair.Value)).Order());
        Assert.Empty(LeavingReplicas.Of(service, new NoClusterSource(), NoNodes));
    }

    [Theory]
    [InlineData(NodeNoticeKind.Interruption, "its cloud takes node b away (terminate)")]
    [InlineData(NodeNoticeKind.AtRisk, null)]
    [InlineData(NodeNoticeKind.Maintenance, null)]
    public void A_replica_whose_node_is_taken_away_by_its_cloud_leaves(NodeNoticeKind kind, string? reason)
    {
        var service = Aggregates.Service("svc") with { Replicas = [Row(1, "swarm/east", "a"), Row(2, "swarm/east", "b")] };
        var notice = new NodeNotice { Kind = kind, Detail = "terminate" };
        var clusters = new Clusters([Cluster("east", Node("a", ClusterNodeState.Ready), Node("b", ClusterNodeState.Ready))])
        {
            Notices = new Dictionary<NodeKey, NodeNotice> { [new NodeKey(new ClusterName("east"), new NodeName("b"))] = notice },
        };
        Assert.Equal(reason, LeavingReplicas.Of(service, clusters, NoNodes).GetValueOrDefault(new ReplicaId(2)));
        Assert.DoesNotContain(new ReplicaId(1), LeavingReplicas.Of(service, clusters, NoNodes).Keys);
    }

    private sealed record Clusters(IReadOnlyList<ClusterRecord> Current) : IClusterSource
    {
        public IReadOnlyDictionary<NodeKey, NodeNotice> Notices { get; init; } = new Dictionary<NodeKey, NodeNotice>();
    }

    private static ReplicaRecord Row(int id, string? engine, string node) => new()
    {
        Service = new ServiceName("svc"),
        Id = new ReplicaId(id),
        Version = 1,
        State = ReplicaState.Ready,
        Placement = new ReplicaPlacement { Cloud = "swarm", Node = node, Engine = engine },
        CreatedAt = DateTimeOffset.UnixEpoch,
        ChangedAt = DateTimeOffset.UnixEpoch,
    };

    private static ClusterRecord Cluster(string name, params IReadOnlyList<ClusterNode> nodes) =>
        new() { Name = new ClusterName(name), CreatedAt = DateTimeOffset.UnixEpoch, Nodes = nodes };

    private static ClusterNode Node(string name, ClusterNodeState state) =>
        new() { Name = new NodeName(name), Address = "10.0.0.1", Role = NodeRole.Worker, State = state, AddedAt = DateTimeOffset.UnixEpoch };
}
