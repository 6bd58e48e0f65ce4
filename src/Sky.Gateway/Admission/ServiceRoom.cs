namespace Sky.Gateway.Admission;

/// <summary>The requests of one service that have room on its replicas, at this gateway, and how many may. Without locks.</summary>
internal sealed class ServiceRoom
{
    private const long Whole = long.MaxValue;
    private long _slice = Whole;
    private long _taken;

    public long Taken => Volatile.Read(ref _taken);

    /// <summary>What this gateway may use of the room that all gateways share; null: nobody has divided it yet, and all of it is this one's.</summary>
    public long? Slice
    {
        get => Volatile.Read(ref _slice) is var slice and not Whole ? slice : null;
        set => Volatile.Write(ref _slice, value ?? Whole);
    }

    /// <param name="capacity">Of all gateways together.</param>
    public bool TryTake(long capacity)
    {
        if (Interlocked.Increment(ref _taken) <= Math.Min(capacity, Volatile.Read(ref _slice)))
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _taken);
}
