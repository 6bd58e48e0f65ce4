namespace Sky.Core.Secrets;

/// <summary>Why a secret could not be had, by the reaction it needs.</summary>
public enum SecretFailure
{
    /// <summary>There is no such secret: a person must name another or make it.</summary>
    NotFound,

    /// <summary>We may not read it: a person must grant that, or give credentials.</summary>
    Denied,

    /// <summary>Its provider does not answer: try again.</summary>
    Unavailable,

    /// <summary>What is asked for cannot be: a person must change the reference.</summary>
    Invalid,
}
