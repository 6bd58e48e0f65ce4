using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>One request on one replica. Disposing it, once or more often, takes exactly one request off the replica's count.</summary>
internal sealed class ReplicaLease(ReplicaTracker replica) : IDisposable
{
    private int _released;

    public ReplicaTracker Replica => replica;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            replica.Release();
        }
    }
}
