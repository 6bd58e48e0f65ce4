using Microsoft.Extensions.Logging.Abstractions;
using Sky.Controller.Clusters;
using Sky.Controller.Reconciling;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>What is taken note of between the commands of users.</summary>
public sealed class ClusterKeeperTests : ClusterStoreTestBase
{
    [Fact]
    public async Task What_a_cloud_said_to_a_nodes_agent_is_known_to_whoever_plans()
    {
        using var changes = new ClusterChanges(Store, TimeProvider.System);
        await changes.ChangeAsync(East, (_, now) => new ClusterRecord { Name = East, CreatedAt = now }, Cancel);
        using var keeper = new ClusterKeeper(
            changes, new NoClusterControl(), null!, Store, Store, new WorkQueue(TimeProvider.System), TimeProvider.System, NullLogger<ClusterKeeper>.Instance);
        var node = new NodeRecord
        {
            Cluster = East, Node = new NodeName("b"), Role = NodeRole.Worker, PublicKey = "00", NotAfter = DateTimeOffset.UnixEpoch, EnrolledAt = DateTimeOffset.UnixEpoch,
        };
        Assert.True(await Store.WriteNodeAsync(new StoredNode(node, 0), Cancel));
        await keeper.LookAsync(Cancel);
        Assert.Empty(changes.Notices);

        var stored = await Store.FindNodeAsync(node.Key, Cancel);
        Assert.True(await Store.WriteNodeAsync(stored! with { Node = node with { Notice = new NodeNotice { Kind = NodeNoticeKind.Interruption, Detail = "terminate" } } }, Cancel));
        await keeper.LookAsync(Cancel);
        Assert.Equal("terminate", changes.Notices[node.Key].Detail);
    }
}
