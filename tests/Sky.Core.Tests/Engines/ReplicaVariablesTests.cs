using System.Text.Json;
using Sky.Core.Engines;
using Sky.Core.Services;
using Xunit;

namespace Sky.Core.Tests.Engines;

public sealed class ReplicaVariablesTests
{
    private static readonly ReplicaKey Key = new(new ServiceName("hello"), new ReplicaId(7));

    [Fact]
    public void The_replica_finds_its_id_version_and_port()
    {
        var variables = ReplicaVariables.For(Key, 3, 8123);
        Assert.Equal("7", variables["SKYPILOT_SERVE_REPLICA_ID"]);
        Assert.Equal("3", variables["SKY_VERSION"]);
        Assert.Equal("8123", variables["SKY_PORT"]);
        Assert.Equal("8123", variables["PORT"]);
        Assert.Equal("127.0.0.1", variables["SKY_HOST"]);
        Assert.Equal("sky-serve-hello-3-7", variables["SKYPILOT_TASK_ID"]);
    }

    [Fact]
    public void It_is_one_node_in_setup_as_in_run()
    {
        var variables = ReplicaVariables.For(Key, 1, 1);
        Assert.Equal("1", variables["SKYPILOT_NUM_NODES"]);
        Assert.Equal("0", variables["SKYPILOT_NODE_RANK"]);
        foreach (var name in new[] { "NODE_RANK", "NODE_IPS", "NUM_GPUS_PER_NODE" })
        {
            Assert.Equal(variables["SKYPILOT_" + name], variables["SKYPILOT_SETUP_" + name]);
        }
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.5, "1")]
    [InlineData(8, "8")]
    public void A_share_of_a_gpu_counts_as_one(double accelerators, string told) =>
        Assert.Equal(told, ReplicaVariables.For(Key, 1, 1, accelerators)["SKYPILOT_NUM_GPUS_PER_NODE"]);

    [Fact]
    public void The_cluster_is_told_as_json()
    {
        using var json = JsonDocument.Parse(ReplicaVariables.For(Key, 1, 1, cloud: "aws", region: "us-east-1")["SKYPILOT_CLUSTER_INFO"]);
        Assert.Equal("hello-7", json.RootElement.GetProperty("cluster_name").GetString());
        Assert.Equal("aws", json.RootElement.GetProperty("cloud").GetString());
        Assert.Equal("us-east-1", json.RootElement.GetProperty("region").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("zone").ValueKind);
    }
}
