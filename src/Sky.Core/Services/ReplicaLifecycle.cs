using System.Text.Json;
using static Sky.Core.Services.ReplicaEvent;
using static Sky.Core.Services.ReplicaState;

namespace Sky.Core.Services;

/// <summary>The whole life of a replica: one table, and what follows from a state.</summary>
public static class ReplicaLifecycle
{
    /// <summary>The next state, or null where the event cannot happen in that state.</summary>
    public static ReplicaState? Next(ReplicaState state, ReplicaEvent happened) => (state, happened) switch
    {
        (Pending, Launch) => Provisioning,
        (Pending, Stop) => Stopped,

        (Provisioning, Began) => Starting,
        (Provisioning, Stop) => Stopping,
        (Provisioning, EndedByItself) => Failed,
        (Provisioning, EndedUnstarted) => FailedProvision,

        (Starting, ProbePassed) => Ready,
        (Starting, Stop) => Stopping,
        (Starting, EndedByItself) => Failed,

        (Ready, ProbeFailed) => NotReady,
        (Ready, Drain) => Draining,
        (Ready, Stop) => Stopping,
        (Ready, EndedByItself) => Failed,

        (NotReady, ProbePassed) => Ready,
        (NotReady, Drain) => Draining,
        (NotReady, Stop) => Stopping,
        (NotReady, EndedByItself) => Failed,

        (Draining, Stop) => Stopping,
        (Draining, EndedAsAsked) => Stopped,

        (Stopping, StopFailed) => FailedCleanup,
        (Stopping or FailedCleanup, EndedAsAsked) => Stopped,
        (Stopping or FailedCleanup, EndedByItself) => Failed,
        (Stopping or FailedCleanup, EndedTooSlow) => FailedInitialDelay,
        (Stopping or FailedCleanup, EndedFailing) => FailedProbing,
        (Stopping or FailedCleanup, EndedUnstarted) => FailedProvision,
        (Stopping or FailedCleanup, EndedPreempted) => Preempted,

        _ => null,
    };

    /// <summary>How a replica that was stopped for this cause ends.</summary>
    public static ReplicaEvent EndOf(StopCause? cause) => cause switch
    {
        StopCause.InitialDelay => EndedTooSlow,
        StopCause.Probing => EndedFailing,
        StopCause.Provision => EndedUnstarted,
        StopCause.Preempted => EndedPreempted,
        StopCause.Exited or StopCause.Lost => EndedByItself,
        _ => EndedAsAsked,
    };

    /// <summary>Wanted and alive: it is, or may become, ready.</summary>
    public static bool IsLive(this ReplicaState state) => state is Pending or Provisioning or Starting or Ready or NotReady;

    /// <summary>Alive and not ready now.</summary>
    public static bool IsOnItsWay(this ReplicaState state) => state is Pending or Provisioning or Starting or NotReady;

    /// <summary>It never leaves this state again.</summary>
    public static bool IsTerminal(this ReplicaState state) => state is Stopped or Preempted || state.IsKeptFailure();

    /// <summary>It failed; the row is kept for a while so that a person can see why.</summary>
    public static bool IsKeptFailure(this ReplicaState state) =>
        state is Failed or FailedInitialDelay or FailedProbing or FailedProvision;

    /// <summary>For events: the word of the status where there is one, and finer where a status stands for several states.</summary>
    public static string Word(this ReplicaState state) =>
        JsonNamingPolicy.SnakeCaseUpper.ConvertName(state.ToString());

    /// <summary>The word users see.</summary>
    public static ReplicaStatus StatusOf(ReplicaRecord replica) => replica.State switch
    {
        Pending => ReplicaStatus.Pending,
        Provisioning => ReplicaStatus.Provisioning,
        Starting => ReplicaStatus.Starting,
        Ready => ReplicaStatus.Ready,
        NotReady => ReplicaStatus.NotReady,
        Stopping when replica.StopCause == StopCause.Preempted => ReplicaStatus.Preempted,
        Draining or Stopping or Stopped => ReplicaStatus.ShuttingDown,
        Failed => ReplicaStatus.Failed,
        FailedInitialDelay => ReplicaStatus.FailedInitialDelay,
        FailedProbing => ReplicaStatus.FailedProbing,
        FailedProvision => ReplicaStatus.FailedProvision,
        FailedCleanup => ReplicaStatus.FailedCleanup,
        Preempted => ReplicaStatus.Preempted,
        _ => ReplicaStatus.Unknown,
    };
}
