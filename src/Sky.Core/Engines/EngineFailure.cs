namespace Sky.Core.Engines;

/// <summary>Failures of an engine, named by the reaction they need.</summary>
public enum EngineFailure
{
    /// <summary>Try again later, with back-off.</summary>
    Unavailable,

    /// <summary>The request can never work as it is; a person must change it.</summary>
    Invalid,

    /// <summary>The node has no room (disk, memory): try elsewhere or later.</summary>
    NoCapacity,

    /// <summary>It is still running.</summary>
    Busy,
}
