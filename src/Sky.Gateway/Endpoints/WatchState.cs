namespace Sky.Gateway.Endpoints;

/// <summary>How the gateway hears from the controller.</summary>
internal sealed class WatchState(TimeProvider time)
{
    private long _heard = time.GetTimestamp();
    private volatile bool _connected;

    /// <summary>True: what the gateway knows is what the controller knows.</summary>
    public bool Connected => _connected;

    /// <summary>Since the controller last said anything; since the start of this gateway while it has not.</summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _heard));

    public void Heard() => Volatile.Write(ref _heard, time.GetTimestamp());

    public void Synced() => _connected = true;

    public void Lost() => _connected = false;
}
