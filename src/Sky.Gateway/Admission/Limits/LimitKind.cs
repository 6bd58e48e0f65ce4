namespace Sky.Gateway.Admission.Limits;

/// <summary>Which limit was reached.</summary>
internal enum LimitKind
{
    None,
    Requests,
    Tokens,

    /// <summary>The prompt alone has more tokens than a minute allows.</summary>
    TooManyTokens,
    Concurrency,
    Budget,
}
