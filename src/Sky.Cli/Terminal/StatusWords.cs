using Sky.Core.Services;

namespace Sky.Cli.Terminal;

/// <summary>The words of SkyServe's status columns.</summary>
internal static class StatusWords
{
    public static string Of(ServiceStatus status) => status switch
    {
        ServiceStatus.ControllerInit => "CONTROLLER_INIT",
        ServiceStatus.ReplicaInit => "REPLICA_INIT",
        ServiceStatus.ControllerFailed => "CONTROLLER_FAILED",
        ServiceStatus.Ready => "READY",
        ServiceStatus.ShuttingDown => "SHUTTING_DOWN",
        ServiceStatus.Failed => "FAILED",
        ServiceStatus.FailedCleanup => "FAILED_CLEANUP",
        ServiceStatus.NoReplica => "NO_REPLICA",
        _ => "UNKNOWN",
    };

    public static string Of(ReplicaStatus status) => status switch
    {
        ReplicaStatus.Pending => "PENDING",
        ReplicaStatus.Provisioning => "PROVISIONING",
        ReplicaStatus.Starting => "STARTING",
        ReplicaStatus.Ready => "READY",
        ReplicaStatus.NotReady => "NOT_READY",
        ReplicaStatus.ShuttingDown => "SHUTTING_DOWN",
        ReplicaStatus.Failed => "FAILED",
        ReplicaStatus.FailedInitialDelay => "FAILED_INITIAL_DELAY",
        ReplicaStatus.FailedProbing => "FAILED_PROBING",
        ReplicaStatus.FailedProvision => "FAILED_PROVISION",
        ReplicaStatus.FailedCleanup => "FAILED_CLEANUP",
        ReplicaStatus.Preempted => "PREEMPTED",
        _ => "UNKNOWN",
    };

    /// <summary>The status of a word; the last one that is known for a word of a newer controller.</summary>
    public static ServiceStatus ServiceOf(string word)
    {
        var status = ServiceStatus.ControllerInit;
        while (status < ServiceStatus.NoReplica && Of(status) != word)
        {
            status++;
        }

        return status;
    }

    /// <summary>The status of a word; <see cref="ReplicaStatus.Unknown"/> for a word of a newer controller.</summary>
    public static ReplicaStatus ReplicaOf(string word)
    {
        var status = ReplicaStatus.Pending;
        while (status < ReplicaStatus.Unknown && Of(status) != word)
        {
            status++;
        }

        return status;
    }
}
