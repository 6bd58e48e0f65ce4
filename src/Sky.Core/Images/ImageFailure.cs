namespace Sky.Core.Images;

/// <summary>Failures around images, named by the reaction they need.</summary>
public enum ImageFailure
{
    /// <summary>Try again later: a registry, an engine or a scanner cannot be reached.</summary>
    Unavailable,

    /// <summary>There is no such image.</summary>
    NotFound,

    /// <summary>Credentials are missing or refused.</summary>
    Unauthorized,

    /// <summary>It can never work as it is; a person must change something.</summary>
    Invalid,
}
