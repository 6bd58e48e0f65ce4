using Sky.Core.Endpoints;
using Sky.Core.Services;

namespace Sky.Controller.Scaling;

/// <summary>What of a report needs a look now rather than at the next turn.</summary>
internal sealed class ReportNews
{
    private readonly HashSet<ServiceName> _look = [];
    private readonly List<ReplicaKey> _probe = [];

    /// <summary>HTTPS is served now, or is not any more: endpoints of services with a certificate are others.</summary>
    public bool HttpsTurned { get; init; }

    /// <summary>Services that hold requests, whose models others have taken, or with a replica that has just drained.</summary>
    public IReadOnlySet<ServiceName> Look => _look;

    /// <summary>Replicas that could not be reached.</summary>
    public IReadOnlyList<ReplicaKey> Probe => _probe;

    internal void Add(ServiceReport? before, ServiceReport now)
    {
        if (now.Held > 0 || !now.TakenModels.SequenceEqual(before?.TakenModels ?? []))
        {
            _look.Add(now.Service);
        }

        foreach (var replica in now.Replicas)
        {
            var last = before?.Replicas.FirstOrDefault(old => old.Id == replica.Id);
            if (replica.Unreachable)
            {
                _probe.Add(new ReplicaKey(now.Service, replica.Id));
            }

            if (replica is { Draining: true, InFlight: 0 } && last is not { Draining: true, InFlight: 0 })
            {
                _look.Add(now.Service);
            }
        }
    }
}
