using System.Text.Json.Serialization;

namespace Sky.Core.Services;

/// <summary>What users see of a service, in SkyServe's words. Derived from all its replicas, never stored.</summary>
public enum ServiceStatus
{
    [JsonStringEnumMemberName("CONTROLLER_INIT")] ControllerInit,

    /// <summary>Replicas are on their way and none is ready yet.</summary>
    [JsonStringEnumMemberName("REPLICA_INIT")] ReplicaInit,

    [JsonStringEnumMemberName("CONTROLLER_FAILED")] ControllerFailed,

    /// <summary>At least one replica is ready.</summary>
    [JsonStringEnumMemberName("READY")] Ready,

    [JsonStringEnumMemberName("SHUTTING_DOWN")] ShuttingDown,

    /// <summary>No replica is ready, none is on its way, and the version in force was given up.</summary>
    [JsonStringEnumMemberName("FAILED")] Failed,

    [JsonStringEnumMemberName("FAILED_CLEANUP")] FailedCleanup,

    /// <summary>Scaled to zero, or every replica was lost and the next one waits for its back-off.</summary>
    [JsonStringEnumMemberName("NO_REPLICA")] NoReplica,
}
