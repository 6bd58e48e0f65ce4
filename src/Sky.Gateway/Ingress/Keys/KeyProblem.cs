namespace Sky.Gateway.Ingress.Keys;

/// <summary>What is wrong with the key of a request.</summary>
internal enum KeyProblem
{
    /// <summary>It is a key that opens.</summary>
    None,

    /// <summary>There is none: no header, or one that is not of a gateway's key.</summary>
    Missing,

    /// <summary>It looks like a key and is none that there is.</summary>
    Unknown,

    /// <summary>It is the secret of before the last rotation, and its time is over.</summary>
    Rotated,

    Expired,

    Revoked,
}
