using System.Net;
using Sky.Core.Nodes;
using Sky.Core.Services;

namespace Sky.Core.Tests.Nodes;

public sealed class NodeHostTests
{
    private static readonly NodeKey Node = new(new ClusterName("c1"), new NodeName("n1"));

    [Theory]
    [InlineData("hello", "10.0.0.2", "r3.hello.n1.c1.10-0-0-2.nodes.sky.internal")]
    [InlineData("hello", "fd00::1", "r3.hello.n1.c1.fd000000000000000000000000000001.nodes.sky.internal")]
    [InlineData("My_model.v2", "10.0.0.2", "")]
    public void A_replica_has_a_host_name_that_is_read_back(string service, string address, string expected)
    {
        var host = NodeHost.OfReplica(new ReplicaKey(new ServiceName(service), new ReplicaId(3)), Node, IPAddress.Parse(address));
        if (service == "hello")
        {
            Assert.Equal(expected, host.ToString());
        }

        Assert.Equal(host, NodeHost.Parse(host.ToString()));
        Assert.Equal(host.ToString(), host.Endpoint(46600).Host);
        Assert.Equal("https", host.Endpoint().Scheme);
    }

    [Fact]
    public void The_agent_has_one_too()
    {
        var host = NodeHost.OfAgent(Node, IPAddress.Parse("10.0.0.2"));
        Assert.Equal("agent.n1.c1.10-0-0-2.nodes.sky.internal", host.ToString());
        Assert.Equal(host, NodeHost.Parse(host.ToString()));
        Assert.Equal(host, NodeHost.Parse(host.ToString().ToUpperInvariant()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".nodes.sky.internal")]
    [InlineData("agent.n1.c1.10-0-0-2.nodes.sky.internal.")]
    [InlineData("agent.n1.c1.10-0-0-2.nodes.sky.example")]
    [InlineData("r3.hello.n1.10-0-0-2.nodes.sky.internal")]
    [InlineData("r03.hello.n1.c1.10-0-0-2.nodes.sky.internal")]
    [InlineData("r0.hello.n1.c1.10-0-0-2.nodes.sky.internal")]
    [InlineData("r-3.hello.n1.c1.10-0-0-2.nodes.sky.internal")]
    [InlineData("r.hello.n1.c1.10-0-0-2.nodes.sky.internal")]
    [InlineData("r3.hello.n1.c1.010-0-0-2.nodes.sky.internal")]
    [InlineData("r3.hello.n1.c1.10-2.nodes.sky.internal")]
    [InlineData("r3.hello.n1.c1.10-0-0-256.nodes.sky.internal")]
    [InlineData("r3.hello.n1.c1.0x0a-0-0-2.nodes.sky.internal")]
    [InlineData("r3.hel_lo.n1.c1.10-0-0-2.nodes.sky.internal")]
    [InlineData("r3.a.hello.n1.c1.10-0-0-2.nodes.sky.internal")]
    [InlineData("r3.hello.-n1.c1.10-0-0-2.nodes.sky.internal")]
    public void Nothing_else_is_read(string? host) => Assert.Null(NodeHost.Parse(host));

    [Fact]
    public void Services_whose_names_differ_have_labels_that_differ()
    {
        string[] names = ["hello", "Hello", "hel_lo", "hel.lo", "hel-lo", "x", "X", "a" + new string('b', 62)];
        Assert.Equal(names.Length, names.Select(name => NodeHost.ServiceLabel(new ServiceName(name))).Distinct().Count());
        Assert.All(names, name => Assert.InRange(NodeHost.ServiceLabel(new ServiceName(name)).Length, 1, 63));
    }

    [Fact]
    public void The_longest_names_make_a_name_that_DNS_would_take()
    {
        var longest = new NodeKey(new ClusterName(new string('c', ClusterName.MaxLength)), new NodeName(new string('n', NodeName.MaxLength)));
        var host = NodeHost.OfReplica(new ReplicaKey(new ServiceName(new string('s', 63)), new ReplicaId(int.MaxValue)), longest, IPAddress.Parse("fd00::1")).ToString();
        Assert.InRange(host.Length, 1, 253);
        Assert.Equal(UriHostNameType.Dns, Uri.CheckHostName(host));
        Assert.Equal(host, NodeHost.Parse(host)!.ToString());
    }
}
