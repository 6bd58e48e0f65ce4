using System.Collections.Concurrent;

namespace Sky.Gateway.LoadBalancing.Accounting;

/// <summary>The ways to all replicas that this gateway knows, by host and port.</summary>
internal sealed class RoundTrips
{
    private readonly ConcurrentDictionary<(string Host, int Port), RoundTrip> _known = new();

    public int Count => _known.Count;

    /// <summary>The one to that address; it is measured from now on.</summary>
    public RoundTrip To(Uri address) => _known.GetOrAdd((address.DnsSafeHost, address.Port), static _ => new RoundTrip());

    public void Forget(Uri address) => _known.TryRemove((address.DnsSafeHost, address.Port), out _);

    /// <summary>A connection took that long to open. What is no replica of ours is left out.</summary>
    public void Opened(string host, int port, TimeSpan took)
    {
        if (_known.TryGetValue((host, port), out var way))
        {
            way.Add(took.TotalSeconds);
        }
    }
}
