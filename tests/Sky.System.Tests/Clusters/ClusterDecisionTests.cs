using Sky.Controller.Api;
using Sky.Controller.Clusters;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>What the verbs for clusters make of a cluster.</summary>
public sealed class ClusterDecisionTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Making_it_again_changes_nothing_and_its_encryption_stays_what_it_was()
    {
        var made = Create(null, encrypted: true).Cluster!;
        Assert.Equal(("east", true, 0), (made.Name.Value, made.Encrypted, made.Nodes.Count));
        Assert.Same(made, Create(made, encrypted: true).Cluster);
        var problem = Create(made, encrypted: false).Problem!;
        Assert.Equal((409, "There is a cluster 'east' already, encrypted; that cannot be changed afterwards."), (problem.Status, problem.Error.Message));
    }

    [Fact]
    public void A_node_joins_a_cluster_that_there_is_under_a_right_name()
    {
        Assert.Equal(404, JoinNode.Decide("east", null, new JoinNodeRequest("a", "10.0.0.1", NodeRole.Manager), _now).Problem!.Status);
        Assert.Equal(400, Join("A_b").Problem!.Status);
        Assert.Equal(409, JoinNode.Decide("east", Made(), new JoinNodeRequest("a", "10.0.0.1"), _now).Problem!.Status);
        Assert.Equal(ClusterNodeState.Joining, Join("a").Cluster!.Nodes.Single().State);
    }

    [Fact]
    public void A_token_is_made_for_a_node_that_its_cluster_expects()
    {
        var request = new CreateNodeTokenRequest { Cluster = new ClusterName("east"), Node = new NodeName("b") };
        Assert.Equal((404, "There is no cluster 'east'. Make it with: sky cluster create east"), Told(CreateNodeToken.Decide(null, request)));
        Assert.Equal(
            (404, "Cluster 'east' expects no node 'b'. Announce it first, which makes a token too: sky cluster join east b --address IP"), Told(CreateNodeToken.Decide(Join("a").Cluster, request)));

        var two = JoinNode.Decide("east", Join("a").Cluster, new JoinNodeRequest("b", "10.0.0.2"), _now).Cluster!;
        Assert.Same(two, CreateNodeToken.Decide(two, request).Cluster);
        Assert.Equal(409, Told(CreateNodeToken.Decide(two, request with { Role = NodeRole.Manager })).Item1);
        Assert.Same(two, CreateNodeToken.Decide(two, request with { Node = new NodeName("a"), Role = NodeRole.Manager }).Cluster);
        Assert.Equal(409, Told(CreateNodeToken.Decide(RemoveNode.Decide("east", two, "b", 0, false).Cluster, request)).Item1);
    }

    [Fact]
    public void What_is_not_there_is_not_found()
    {
        Assert.Equal((404, "There is no cluster 'east'."), Told(DrainNode.Decide("east", null, "a", true)));
        Assert.Equal((404, "Cluster 'east' has no node 'a'."), Told(DrainNode.Decide("east", Made(), "a", true)));
        Assert.Equal((404, "Cluster 'east' has no node 'a'."), Told(RemoveNode.Decide("east", Made(), "a", 0, false)));
        Assert.Equal((404, "There is no cluster 'east'."), Told(DeleteCluster.Decide("east", null)));
    }

    [Fact]
    public void A_cluster_goes_once_it_has_no_nodes()
    {
        Assert.Equal((409, "Cluster 'east' has nodes: a. Remove them first: sky cluster remove east NODE"), Told(DeleteCluster.Decide("east", Join("a").Cluster)));
        Assert.True(DeleteCluster.Decide("east", Made()).Deletes);
    }

    private static (int, string) Told(ClusterDecision decision) => (decision.Problem!.Status, decision.Problem.Error.Message);

    private static ClusterRecord Made() => Create(null, encrypted: true).Cluster!;

    private static ClusterDecision Join(string node) => JoinNode.Decide("east", Made(), new JoinNodeRequest(node, "10.0.0.1", NodeRole.Manager), _now);

    private static ClusterDecision Create(ClusterRecord? known, bool encrypted) =>
        CreateCluster.Decide(new ClusterName("east"), known, new CreateClusterRequest(encrypted), _now);
}
