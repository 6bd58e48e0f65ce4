namespace Sky.Core.Clouds.Launching;

/// <summary>How far a node is that is bought.</summary>
public enum NodeLaunchState
{
    /// <summary>The request is committed, and its cloud is being asked, again and again with the same request until it has answered.</summary>
    Requested,

    /// <summary>Its cloud has made it; it cannot be used yet.</summary>
    Booting,

    /// <summary>Replicas can run there.</summary>
    Ready,

    /// <summary>It is to go: its cloud is being asked to remove it.</summary>
    Ending,

    /// <summary>It is gone: its cloud does not know it any more. Final.</summary>
    Ended,

    /// <summary>Its cloud refused it: nothing was made. Final.</summary>
    Void,
}
