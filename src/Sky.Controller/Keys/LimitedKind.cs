namespace Sky.Controller.Keys;

/// <summary>What of a limit is divided among gateways.</summary>
internal enum LimitedKind
{
    Requests,
    Tokens,
    Concurrency,
}
