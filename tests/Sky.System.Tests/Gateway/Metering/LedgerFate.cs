namespace Sky.SystemTests.Gateway.Metering;

/// <summary>How a request ends.</summary>
internal enum LedgerFate
{
    /// <summary>It comes to its end.</summary>
    Whole,

    /// <summary>The client leaves while bytes flow.</summary>
    ClientLeaves,

    /// <summary>The replica stops in the middle, and the client leaves after having waited.</summary>
    ClientGivesUp,

    /// <summary>The client leaves at once.</summary>
    ClientLeavesAtOnce,

    /// <summary>The replica dies in the middle of its answer.</summary>
    ReplicaDies,

    /// <summary>The replica dies before it answers.</summary>
    ReplicaDiesAtOnce,

    /// <summary>The replica answers with an error.</summary>
    ReplicaRefuses,
}
