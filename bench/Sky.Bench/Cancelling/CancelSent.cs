namespace Sky.Bench.Cancelling;

/// <summary>What of an answer was sent.</summary>
internal enum CancelSent
{
    Nothing,
    Headers,
    Event,
}
