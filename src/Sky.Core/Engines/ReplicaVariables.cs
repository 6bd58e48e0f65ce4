using System.Globalization;
using System.Text.Json.Nodes;
using Sky.Core.Services;

namespace Sky.Core.Engines;

/// <summary>The variables every replica is given beyond its task's own, in SkyServe's words; its version is ours.</summary>
public static class ReplicaVariables
{
    private const string Loopback = "127.0.0.1";

    /// <summary>The variables of a replica of one node that stands on this machine.</summary>
    /// <param name="replica">Whose they are.</param>
    /// <param name="version">The version it runs.</param>
    /// <param name="port">Where it is to listen: <c>SKY_PORT</c> and <c>PORT</c>; at <c>SKY_HOST</c>, which a container sets to all of its own addresses.</param>
    /// <param name="acceleratorCount">GPUs of the node; a share of one counts as one.</param>
    /// <param name="cloud">Such as <c>local</c>; part of <c>SKYPILOT_CLUSTER_INFO</c>.</param>
    /// <param name="region">Null where the cloud has none.</param>
    /// <param name="zone">Null where the cloud has none.</param>
    public static IReadOnlyDictionary<string, string> For(
        ReplicaKey replica, int version, int port, double acceleratorCount = 0, string cloud = "local", string? region = null, string? zone = null)
    {
        var cluster = new JsonObject { ["cluster_name"] = $"{replica.Service}-{replica.Id}", ["cloud"] = cloud, ["region"] = region, ["zone"] = zone };
        var gpus = Math.Ceiling(acceleratorCount).ToString("F0", CultureInfo.InvariantCulture);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SKYPILOT_SERVE_REPLICA_ID"] = replica.Id.ToString(),
            ["SKYPILOT_NUM_GPUS_PER_NODE"] = gpus,
            ["SKYPILOT_SETUP_NUM_GPUS_PER_NODE"] = gpus,
            ["SKYPILOT_NUM_NODES"] = "1",
            ["SKYPILOT_NODE_RANK"] = "0",
            ["SKYPILOT_NODE_IPS"] = Loopback,
            ["SKYPILOT_SETUP_NODE_RANK"] = "0",
            ["SKYPILOT_SETUP_NODE_IPS"] = Loopback,
            ["SKYPILOT_TASK_ID"] = $"sky-serve-{replica.Service}-{version.ToString(CultureInfo.InvariantCulture)}-{replica.Id}",
            ["SKYPILOT_CLUSTER_INFO"] = cluster.ToJsonString(),
            ["SKY_VERSION"] = version.ToString(CultureInfo.InvariantCulture),
            ["SKY_HOST"] = Loopback,
            ["SKY_PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
        };
    }
}
