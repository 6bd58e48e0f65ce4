namespace Sky.Core.Services;

/// <summary>Why a replica is being stopped. It decides the terminal state, whether the row stays for debugging, and whether it counts as a failure of its version.</summary>
public enum StopCause
{
    ScaledDown,
    Outdated,
    ServiceDown,

    /// <summary><c>sky serve down NAME --replica-id N</c>; it is replaced.</summary>
    UserAsked,

    /// <summary>Its node is to be emptied; it is replaced elsewhere first.</summary>
    NodeLeaving,

    InitialDelay,
    Probing,
    Exited,
    Provision,
    Preempted,

    /// <summary>What ran it died without a record (its runner was killed): it is ended and replaced.</summary>
    Lost,
}
