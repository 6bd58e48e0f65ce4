using Sky.Core.Catalog;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Specs;
using Xunit;

namespace Sky.Core.Tests.Planning;

/// <summary>Replicas over the nodes of one cluster.</summary>
public sealed class SpreadTests
{
    private static readonly IReadOnlyList<Offering> _nodes = [.. new[] { "a", "b", "c" }.Select(node =>
        TestSpec.Host with { Cloud = "swarm", Region = "east", InstanceType = node, Engine = EngineName.Of(EngineName.Swarm, "east") })];

    [Fact]
    public void Nodes_that_are_equally_good_get_equally_many()
    {
        var world = Of(6);
        world.Run(3);
        Assert.Equal([("a", 2), ("b", 2), ("c", 2)], PerNode(world));
    }

    [Fact]
    public void A_node_where_replicas_fail_is_not_taken_again_at_once()
    {
        var world = Of(3);
        world.Start = (_, replica) => world.Row(replica.Replica.Id.Value).Placement.Node == "b"
            ? replica with { State = EngineReplicaState.Exited, ProvisionError = "no disk" }
            : null;
        world.Run(60);
        Assert.Equal(3, world.Ready.Count());
        Assert.DoesNotContain(world.Ready, row => row.Placement.Node == "b");
    }

    private static World Of(int replicas) => new(TestSpec.Of(min: replicas) with
    {
        Resources = new ResourcesSpec { Candidates = [new ResourceCandidate { Cloud = "swarm" }] },
    })
    {
        Offerings = _nodes,
    };

    private static IEnumerable<(string, int)> PerNode(World world) =>
        world.Ready.GroupBy(row => row.Placement.Node).Select(group => (group.Key, group.Count())).OrderBy(pair => pair.Key);
}
