using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Gateway.Forwarding;
using Sky.Gateway.LoadBalancing.Accounting;
using Sky.Gateway.Reporting;

namespace Sky.Gateway.Endpoints;

/// <summary>All services this gateway knows. Requests read <see cref="Current"/> without a lock; one writer at a time swaps it.</summary>
internal sealed class EndpointTable(ForwardingLimits limits, ReportSignal report, RoundTrips ways, TimeProvider time)
{
    private readonly Lock _changing = new();
    private readonly Dictionary<ServiceName, ServiceState> _states = [];
    private volatile ServiceDirectory _current = ServiceDirectory.Empty;
    private volatile bool _known;
    private long _revision;

    public ServiceDirectory Current => _current;

    /// <summary>False until a controller, or the snapshot of an earlier run, has said which services there are.</summary>
    public bool Known => _known;

    /// <summary>Goes up with every change.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    public void Apply(ServiceName name, ServiceEndpoints? endpoints)
    {
        lock (_changing)
        {
            if (!_states.TryGetValue(name, out var state))
            {
                if (endpoints is null)
                {
                    return;
                }

                state = new ServiceState(name, limits, report, ways, time);
                _states.Add(name, state);
            }

            state.Apply(endpoints);
            Prune();
        }
    }

    /// <summary>The present state is complete: every service outside <paramref name="named"/> is gone.</summary>
    public void Synced(IReadOnlySet<ServiceName> named)
    {
        lock (_changing)
        {
            foreach (var state in _states.Values.Where(s => !named.Contains(s.Name)))
            {
                state.Apply(null);
            }

            Prune();
            _known = true;
        }
    }

    /// <summary>States without endpoints stay while requests are on their replicas: the service may come back under the same counts.</summary>
    private void Prune()
    {
        foreach (var state in _states.Values.Where(s => s.Snapshot() is { Endpoints: null } gone && Array.TrueForAll(gone.Replicas, r => r.InFlight == 0)))
        {
            _states.Remove(state.Name);
        }

        _current = new ServiceDirectory(_states.Values);
        Interlocked.Increment(ref _revision);
    }
}
