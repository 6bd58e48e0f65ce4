namespace Sky.Bench.Gateway;

/// <summary>How the requests of all clients ended.</summary>
internal sealed class SoakCounts
{
    private int _sent;
    private int _gone;

    public int Sent => Volatile.Read(ref _sent);

    public int Gone => Volatile.Read(ref _gone);

    public void Answered() => Interlocked.Increment(ref _sent);

    public void Aborted()
    {
        Interlocked.Increment(ref _sent);
        Interlocked.Increment(ref _gone);
    }
}
