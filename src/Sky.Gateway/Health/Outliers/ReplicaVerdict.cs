namespace Sky.Gateway.Health.Outliers;

/// <summary>What the end of one attempt says about its replica.</summary>
internal enum ReplicaVerdict
{
    /// <summary>Nothing: the client left, or its request was broken.</summary>
    None,

    /// <summary>It answered as a replica in order does, which may be an error that is the client's.</summary>
    Success,

    /// <summary>It could not be reached, broke off, was silent, or answered that it is broken.</summary>
    Failure,

    /// <summary>It is in order and asks for less.</summary>
    Busy,
}
