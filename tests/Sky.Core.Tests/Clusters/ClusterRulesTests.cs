using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Xunit;

namespace Sky.Core.Tests.Clusters;

public sealed class ClusterRulesTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ClusterRecord _empty = new() { Name = new ClusterName("east"), CreatedAt = _now };

    [Fact]
    public void The_first_node_is_a_manager_and_there_are_three_at_most()
    {
        Assert.Null(ClusterRules.Join(_empty, Node("a", 1), out var problem));
        Assert.Equal("The first node of a cluster must be a manager: add --manager.", problem);
        var three = Joined(Manager("a", 1), Manager("b", 2), Manager("c", 3));
        Assert.Null(ClusterRules.Join(three, Manager("d", 4), out problem));
        Assert.Contains("3 managers already", problem, StringComparison.Ordinal);
        Assert.NotNull(ClusterRules.Join(three, Node("d", 4), out _));
    }

    [Fact]
    public void A_spot_node_is_never_a_manager()
    {
        Assert.Null(ClusterRules.Join(_empty, Manager("a", 1) with { Spot = true }, out var problem));
        Assert.StartsWith("A manager must not be a spot node", problem, StringComparison.Ordinal);
        Assert.NotNull(ClusterRules.Join(Joined(Manager("a", 1)), Node("b", 2) with { Spot = true }, out _));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("node-a.example")]
    [InlineData("")]
    public void An_address_that_others_cannot_reach_is_refused(string address)
    {
        Assert.Null(ClusterRules.Join(_empty, Manager("a", 1) with { Address = address }, out var problem));
        Assert.Contains("is not an address at which other machines reach the node", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_addresses_are_taken_once_and_the_same_announcement_changes_nothing()
    {
        var announced = ClusterRules.Join(_empty, Manager("a", 1), out _)!;
        Assert.Same(announced, ClusterRules.Join(announced, Manager("a", 1) with { AddedAt = _now.AddHours(1) }, out _));
        Assert.Equal("10.0.0.9", ClusterRules.Join(announced, Manager("a", 9), out _)!.Nodes.Single().Address);

        var there = Joined(Manager("a", 1));
        Assert.Null(ClusterRules.Join(there, Node("a", 2), out var problem));
        Assert.Contains("has a node 'a' already", problem, StringComparison.Ordinal);
        Assert.Null(ClusterRules.Join(there, Node("b", 1), out problem));
        Assert.Equal("Node 'a' has the address 10.0.0.1 already.", problem);
    }

    [Fact]
    public void A_node_is_emptied_before_it_is_removed_unless_its_replicas_are_given_up()
    {
        var two = Joined(Manager("a", 1), Node("b", 2));
        Assert.Null(ClusterRules.Remove(two, new NodeName("b"), 2, force: false, out var problem));
        Assert.Contains("2 replica(s) stand on node 'b'", problem, StringComparison.Ordinal);
        Assert.Equal(ClusterNodeState.Removing, ClusterRules.Remove(two, new NodeName("b"), 2, force: true, out _)!.Find(new NodeName("b"))!.State);
        var drained = ClusterRules.Drain(two, new NodeName("b"), drain: true, out _)!;
        Assert.Equal(ClusterNodeState.Draining, drained.Find(new NodeName("b"))!.State);
        Assert.Equal(ClusterNodeState.Ready, ClusterRules.Drain(drained, new NodeName("b"), drain: false, out _)!.Find(new NodeName("b"))!.State);
    }

    [Fact]
    public void The_only_manager_goes_last()
    {
        var two = Joined(Manager("a", 1), Node("b", 2));
        Assert.Null(ClusterRules.Remove(two, new NodeName("a"), 0, force: true, out var problem));
        Assert.Contains("the only manager", problem, StringComparison.Ordinal);
        Assert.NotNull(ClusterRules.Remove(two.Without(new NodeName("b")), new NodeName("a"), 0, force: false, out _));
    }

    [Fact]
    public void What_is_not_there_or_has_not_joined_cannot_be_emptied()
    {
        var announced = ClusterRules.Join(_empty, Manager("a", 1), out _)!;
        Assert.Null(ClusterRules.Drain(announced, new NodeName("a"), true, out var problem));
        Assert.Contains("has not joined", problem, StringComparison.Ordinal);
        Assert.Null(ClusterRules.Drain(announced, new NodeName("x"), true, out problem));
        Assert.Equal("Cluster 'east' has no node 'x'.", problem);
    }

    [Fact]
    public void The_founder_is_the_first_manager_until_one_has_joined()
    {
        var announced = _empty.With(Manager("a", 1)).With(Manager("b", 2));
        Assert.Equal("a", ClusterRules.Founder(announced)!.Name.Value);
        Assert.Equal("b", ClusterRules.Founder(ClusterRules.Joined(announced, new NodeName("b"), "id"))!.Name.Value);
        Assert.Equal("Two managers are worse than one: when either is cut off, nothing can be changed. Join a third (--manager).", ClusterRules.Advice(announced));
        Assert.Null(ClusterRules.Advice(announced.Without(new NodeName("b"))));
    }

    private static ClusterRecord Joined(params ClusterNode[] nodes) =>
        nodes.Aggregate(_empty, (cluster, node) => ClusterRules.Joined(ClusterRules.Join(cluster, node, out _)!, node.Name, "id-" + node.Name));

    private static ClusterNode Manager(string name, int address) => Node(name, address) with { Role = NodeRole.Manager };

    private static ClusterNode Node(string name, int address) => new()
    {
        Name = new NodeName(name),
        Address = $"10.0.0.{address}",
        Role = NodeRole.Worker,
        State = ClusterNodeState.Joining,
        AddedAt = _now,
    };
}
