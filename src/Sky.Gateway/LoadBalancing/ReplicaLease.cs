using Sky.Gateway.Endpoints;
using Sky.Gateway.LoadBalancing.Accounting;

namespace Sky.Gateway.LoadBalancing;

/// <summary>One request on one replica. Disposing it, once or more often, takes exactly one request off the replica's count.</summary>
internal sealed class ReplicaLease(ReplicaTracker replica, RequestLoad load) : IDisposable
{
    private readonly Lock _ending = new();
    private RequestLoad _load = load;
    private bool _released;

    public ReplicaTracker Replica => replica;

    /// <summary>The first of the answer arrived. Costs nothing when it is said again.</summary>
    public void FirstToken()
    {
        if (_load.Answering)
        {
            return;
        }

        lock (_ending)
        {
            if (!_released)
            {
                replica.Load.FirstToken(ref _load);
            }
        }
    }

    public void Dispose()
    {
        lock (_ending)
        {
            if (_released)
            {
                return;
            }

            _released = true;
        }

        replica.Load.End(_load);
        replica.Release();
    }
}
