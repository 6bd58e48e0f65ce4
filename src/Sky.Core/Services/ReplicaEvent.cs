namespace Sky.Core.Services;

/// <summary>What can happen to a replica; with its state it decides the next one in <see cref="ReplicaLifecycle"/>.</summary>
public enum ReplicaEvent
{
    /// <summary>Nothing stands in its way any more: the engine is asked to run it.</summary>
    Launch,

    /// <summary><c>run</c> began.</summary>
    Began,

    ProbePassed,

    ProbeFailed,

    /// <summary>It is to go after finishing what it has.</summary>
    Drain,

    /// <summary>It is to go now.</summary>
    Stop,

    /// <summary>The engine failed to stop it again and again.</summary>
    StopFailed,

    /// <summary>It is over, as was wanted.</summary>
    EndedAsAsked,

    /// <summary>It is over: it exited, or what ran it died.</summary>
    EndedByItself,

    /// <summary>It is over: it was not ready in time.</summary>
    EndedTooSlow,

    /// <summary>It is over: it failed its probes for too long.</summary>
    EndedFailing,

    /// <summary>It is over: it could not be started.</summary>
    EndedUnstarted,

    /// <summary>It is over: its node was taken away.</summary>
    EndedPreempted,
}
