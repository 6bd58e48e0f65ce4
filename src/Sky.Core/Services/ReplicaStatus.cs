using System.Text.Json.Serialization;

namespace Sky.Core.Services;

/// <summary>What users see of a replica, in SkyServe's words. Derived, never stored.</summary>
public enum ReplicaStatus
{
    [JsonStringEnumMemberName("PENDING")] Pending,
    [JsonStringEnumMemberName("PROVISIONING")] Provisioning,
    [JsonStringEnumMemberName("STARTING")] Starting,
    [JsonStringEnumMemberName("READY")] Ready,
    [JsonStringEnumMemberName("NOT_READY")] NotReady,
    [JsonStringEnumMemberName("SHUTTING_DOWN")] ShuttingDown,
    [JsonStringEnumMemberName("FAILED")] Failed,
    [JsonStringEnumMemberName("FAILED_INITIAL_DELAY")] FailedInitialDelay,
    [JsonStringEnumMemberName("FAILED_PROBING")] FailedProbing,
    [JsonStringEnumMemberName("FAILED_PROVISION")] FailedProvision,
    [JsonStringEnumMemberName("FAILED_CLEANUP")] FailedCleanup,
    [JsonStringEnumMemberName("PREEMPTED")] Preempted,
    [JsonStringEnumMemberName("UNKNOWN")] Unknown,
}
