namespace Sky.Gateway.Admission;

/// <summary>Why a request got no replica.</summary>
internal enum Refusal
{
    None,

    /// <summary>No replica is ready and none is on its way.</summary>
    Hopeless,

    /// <summary>As many requests are held as may be, by number or by bytes.</summary>
    HoldFull,

    /// <summary>It was held, and gave way to a request of a higher class or of a key with fewer of them.</summary>
    Shed,

    /// <summary>It was held as long as requests may be.</summary>
    HeldTooLong,

    /// <summary>The service was taken down.</summary>
    ServiceGone,

    /// <summary>The gateway is stopping.</summary>
    Stopping,

    /// <summary>The client left while it was held.</summary>
    ClientGone,
}
