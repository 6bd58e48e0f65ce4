using System.Net;
using Sky.Core.Endpoints;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;
using Sky.Gateway.LoadBalancing.Accounting;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>After a failure on a node of a cluster its other replicas are tried last.</summary>
public sealed class NeighboursTests
{
    [Fact]
    public void Replicas_of_the_failed_ones_node_are_avoided_and_those_of_others_are_not()
    {
        ReplicaTracker[] replicas = [OnNode(1, "a"), OnNode(2, "a"), OnNode(3, "b"), OnNode(4, "c")];
        Assert.Equal([1, 2, 4], Neighbours.With([replicas[3], replicas[0]], replicas[0], replicas)!.Select(one => one.Id.Value).Order());
        Assert.Null(Neighbours.With([replicas[2]], replicas[2], replicas));
    }

    [Fact]
    public void Replicas_that_stand_on_no_node_have_no_neighbours()
    {
        ReplicaTracker[] replicas = [Tracker(1, new Uri("http://127.0.0.1:20001")), Tracker(2, new Uri("http://127.0.0.1:20002"))];
        Assert.Null(Neighbours.With([replicas[0]], replicas[0], replicas));
    }

    private static ReplicaTracker OnNode(int id, string node) => Tracker(id, NodeHost.OfReplica(
        new ReplicaKey(new ServiceName("svc"), new ReplicaId(id)), new NodeKey(new ClusterName("east"), new NodeName(node)), IPAddress.Parse("10.0.0.1")).Endpoint());

    private static ReplicaTracker Tracker(int id, Uri address) =>
        new(new ReplicaEndpoint { Id = new ReplicaId(id), Version = 1, Address = address }, () => { }, new TypicalRate(), TimeProvider.System);
}
