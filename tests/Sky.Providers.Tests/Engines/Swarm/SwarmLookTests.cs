using Docker.DotNet.Models;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Providers.Engines.Swarm;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>What agents and managers say of one node, put together.</summary>
public sealed class SwarmLookTests
{
    private static readonly ClusterNode _node = new()
    {
        Name = new NodeName("a"), Address = "10.0.0.1", Role = NodeRole.Manager, State = ClusterNodeState.Joining, AddedAt = DateTimeOffset.UnixEpoch,
    };

    private static readonly NodeFacts _facts = new()
    {
        Cluster = new ClusterName("east"), Node = new NodeName("a"), Version = "1", CertificateNotAfter = DateTimeOffset.UnixEpoch, DockerAnswers = true,
        Cpus = 4, Memory = 8L << 30, SwarmState = "active", SwarmNode = "n1",
    };

    [Fact]
    public void A_node_has_joined_when_its_managers_know_it()
    {
        var seen = Of(_node, _facts, Sight("n1", "ready", leader: true));
        Assert.Equal((true, true, true, "n1"), (seen.Answers, seen.Up, seen.Leader, seen.EngineId));
        Assert.Equal((4, 8), (seen.Cpus, seen.Memory));
        Assert.Null(Of(_node, _facts, Sight("other", "ready")).EngineId);
    }

    [Fact]
    public void Before_any_manager_can_be_asked_the_first_is_believed_itself()
    {
        Assert.Equal("n1", Of(_node, _facts, null).EngineId);
        Assert.Null(Of(_node, _facts with { SwarmState = "inactive", SwarmNode = null }, null).EngineId);
    }

    [Fact]
    public void What_is_down_or_silent_says_why()
    {
        Assert.Equal(false, Of(_node, _facts, Sight("n1", "down")).Up);
        var silent = SwarmLook.Of(_node with { EngineId = "n1" }, null, "its agent does not answer at 10.0.0.1: no answer in time", Sight("n1", "ready"));
        Assert.Equal((false, true, "its agent does not answer at 10.0.0.1: no answer in time"), (silent.Answers, silent.Up, silent.Trouble));
        Assert.Equal("its Docker daemon does not answer", Of(_node, _facts with { DockerAnswers = false }, null).Trouble);
        Assert.Equal(
            "its cloud takes it away (terminate)",
            Of(_node, _facts with { Notice = new NodeNotice { Kind = NodeNoticeKind.Interruption, Detail = "terminate" } }, null).Trouble);
    }

    [Theory]
    [InlineData(NodeNoticeKind.AtRisk)]
    [InlineData(NodeNoticeKind.Maintenance)]
    public void A_notice_of_anything_but_its_end_leaves_it_as_it_is(NodeNoticeKind kind) =>
        Assert.Null(Of(_node, _facts with { Notice = new NodeNotice { Kind = kind, Detail = "x" } }, null).Trouble);

    [Fact]
    public void What_replicas_were_promised_is_taken()
    {
        var sight = Sight("n1", "ready") with { Tasks = [Task("n1", 2, 3), Task("n1", 1, 1), Task("n2", 8, 8), new TaskResponse { NodeID = "n1" }] };
        var seen = Of(_node, _facts, sight);
        Assert.Equal((3, 4), (seen.CpusTaken, seen.MemoryTaken));
    }

    private static ClusterNodeFacts Of(ClusterNode node, NodeFacts facts, SwarmSight? sight) => SwarmLook.Of(node, facts, null, sight);

    private static SwarmSight Sight(string id, string state, bool leader = false) =>
        new([new NodeListResponse { ID = id, Status = new NodeStatus { State = state }, ManagerStatus = new ManagerStatus { Leader = leader } }], []);

    private static TaskResponse Task(string node, long cpus, long gigabytes) => new()
    {
        NodeID = node,
        Spec = new TaskSpec { Resources = new ResourceRequirements { Reservations = new SwarmResources { NanoCPUs = cpus * 1_000_000_000, MemoryBytes = gigabytes << 30 } } },
    };
}
