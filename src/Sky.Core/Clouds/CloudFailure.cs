namespace Sky.Core.Clouds;

/// <summary>Failures of a cloud, named by the reaction they need.</summary>
public enum CloudFailure
{
    /// <summary>Try another zone, region or type.</summary>
    NoCapacity,

    /// <summary>Try another region or cloud; a person may raise the quota.</summary>
    Quota,

    /// <summary>The request can never work as it is.</summary>
    Invalid,

    /// <summary>A person must fix credentials or permissions.</summary>
    Unauthorized,

    /// <summary>Slow down and try again.</summary>
    Throttled,

    NotFound,

    /// <summary>It may or may not have happened: replay the same request, then look.</summary>
    Ambiguous,

    /// <summary>Try again later.</summary>
    Unavailable,
}
