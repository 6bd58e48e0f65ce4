namespace Sky.Gateway.Forwarding;

/// <summary>How one attempt to forward a request ended: which side, and in which phase.</summary>
internal enum ForwardOutcome
{
    /// <summary>The response went through whole.</summary>
    Completed,

    /// <summary>The client left; the replica was told at once.</summary>
    ClientGone,

    /// <summary>The client's own request was broken: a body cut short, or headers that cannot be passed on.</summary>
    BadRequest,

    /// <summary>No connection to the replica: nothing was sent.</summary>
    ConnectFailed,

    /// <summary>The replica took the request and sent no response headers in time.</summary>
    TimedOutBeforeHeaders,

    /// <summary>One try took as long as a try may, without response headers.</summary>
    TryTimedOut,

    /// <summary>The request took as long as a whole request may.</summary>
    OutOfTime,

    /// <summary>The connection broke before the client got anything.</summary>
    BrokeBeforeHeaders,

    /// <summary>The replica answered, with what is not HTTP or has longer headers than may be; the client got nothing of it.</summary>
    NoHttp,

    /// <summary>The replica's response ended early; the client's connection is cut, so that it cannot take it for whole.</summary>
    BrokeAfterHeaders,

    /// <summary>Nothing moved for the stream time-out after the headers.</summary>
    IdleAfterHeaders,
}
