namespace Sky.Core.Services;

/// <summary>The stored state of a replica. Users see <see cref="ReplicaStatus"/>, which is derived from it.</summary>
public enum ReplicaState
{
    /// <summary>Wanted; nothing was started yet (it may be waiting for back-off or for an old replica to give up its port).</summary>
    Pending,

    /// <summary>Intent committed: the engine is being asked to run it, or runs its <c>setup</c>.</summary>
    Provisioning,

    /// <summary>It runs and was never ready.</summary>
    Starting,

    /// <summary>Its last probe passed.</summary>
    Ready,

    /// <summary>It was ready and fails its probe now.</summary>
    NotReady,

    /// <summary>It gets no new requests and finishes those it has, until <see cref="ReplicaRecord.DrainUntil"/>.</summary>
    Draining,

    /// <summary>The engine is being asked to stop it. <see cref="ReplicaRecord.StopCause"/> says what it will be afterwards.</summary>
    Stopping,

    /// <summary>Stopped on purpose; the row is removed once the engine has forgotten it.</summary>
    Stopped,

    /// <summary>It ended by itself: <c>setup</c> or <c>run</c> exited.</summary>
    Failed,

    /// <summary>It was not ready within its initial delay.</summary>
    FailedInitialDelay,

    /// <summary>It was ready once and then failed its probes for too long.</summary>
    FailedProbing,

    /// <summary>The engine or the cloud could not start it.</summary>
    FailedProvision,

    /// <summary>The engine could not stop it. It is tried again with back-off.</summary>
    FailedCleanup,

    /// <summary>The cloud took its node away.</summary>
    Preempted,
}
