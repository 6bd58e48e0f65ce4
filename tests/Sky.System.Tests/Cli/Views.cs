using Sky.Core.Services;

namespace Sky.SystemTests.Cli;

/// <summary>Services as a controller shows them.</summary>
internal static class Views
{
    public static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static ServiceView Ready(string name, params ReplicaView[] replicas) => new()
    {
        Name = name,
        Status = ServiceStatus.Ready,
        Endpoint = $"http://127.0.0.1:30000/services/{name}",
        Versions = [1],
        TargetVersion = 1,
        UptimeSeconds = 3723,
        ReadyReplicas = 1,
        TotalReplicas = 1,
        TargetReplicas = 1,
        AutoscalingPolicy = "Fixed 1 replica",
        LoadBalancingPolicy = "least_load",
        RequestedResources = "1x(cpus=1)",
        Replicas = replicas.Length == 0 ? [Replica(1)] : replicas,
    };

    public static ReplicaView Replica(int id, ReplicaStatus status = ReplicaStatus.Ready, int version = 1) => new()
    {
        Id = id,
        Version = version,
        Status = status,
        Endpoint = $"http://127.0.0.1:{20000 + id}",
        Cloud = "local",
        Node = "box",
        LaunchedAt = Now - TimeSpan.FromMinutes(5),
        Resources = "1x(cpus=1)",
    };
}
