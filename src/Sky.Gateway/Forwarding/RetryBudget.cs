namespace Sky.Gateway.Forwarding;

/// <summary>
/// Keeps retries from multiplying the load of a service in trouble: at most a fifth of its requests in flight, and always three, may be
/// repeated ones. The first move to another replica is free of it, so that the loss of one replica costs no request however many it had.
/// </summary>
internal sealed class RetryBudget
{
    private const int Least = 3;
    private const double Share = 0.2;
    private int _active;

    /// <summary>Retries under way that count.</summary>
    public int Active => Volatile.Read(ref _active);

    public bool TryEnter(int inFlight)
    {
        if (Interlocked.Increment(ref _active) <= Math.Max(Least, inFlight * Share))
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _active);
}
