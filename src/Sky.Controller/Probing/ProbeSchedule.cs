using Sky.Core.Planning;
using Sky.Core.Services;

namespace Sky.Controller.Probing;

/// <summary>
/// Which replica is to be probed when, and what its last probe said. Each replica has a rhythm of its own, so that a slow one delays no other.
/// A replica that is starting is asked often at first, so that its readiness is seen at once.
/// </summary>
internal sealed class ProbeSchedule(TimeProvider time)
{
    // So the wait after a replica became ready is about a tenth of what its start took.
    private const double Growth = 1.1;
    private static readonly TimeSpan FirstGap = TimeSpan.FromMilliseconds(50);
    private readonly Lock _lock = new();
    private readonly Dictionary<ServiceName, Dictionary<ReplicaId, Entry>> _services = [];

    /// <summary>Raised when there may be something due earlier than thought.</summary>
    public event Action? Changed;

    /// <summary>Raised when a probe said something new of a replica of this service.</summary>
    public event Action<ServiceName>? Turned;

    /// <summary>Takes up the replicas of this service that are to be probed and drops the others.</summary>
    public void Sync(ServiceAggregate service)
    {
        var added = false;
        lock (_lock)
        {
            var name = service.Service.Name;
            if (!_services.TryGetValue(name, out var entries))
            {
                _services[name] = entries = [];
            }

            var targets = service.Replicas.Where(replica => IsProbed(replica, service)).ToDictionary(replica => replica.Id);
            foreach (var gone in entries.Keys.Where(id => !targets.ContainsKey(id)).ToList())
            {
                entries.Remove(gone);
            }

            foreach (var replica in targets.Values)
            {
                added |= Take(entries, replica, service);
            }
        }

        if (added)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>The last result of each replica of this service that was probed.</summary>
    public IReadOnlyDictionary<ReplicaId, ProbeResult> Results(ServiceName service)
    {
        lock (_lock)
        {
            return _services.TryGetValue(service, out var entries)
                ? entries.Where(entry => entry.Value.Last is not null).ToDictionary(entry => entry.Key, entry => entry.Value.Last!)
                : [];
        }
    }

    /// <summary>Probes this replica now, or again as soon as the present probe is over.</summary>
    public void ProbeNow(ReplicaKey replica)
    {
        lock (_lock)
        {
            if (Find(replica) is { } entry)
            {
                entry.Due = time.GetUtcNow();
            }
        }

        Changed?.Invoke();
    }

    /// <summary>Takes what is due; each is reported back by <see cref="Record"/> before it is due again.</summary>
    public IReadOnlyList<ProbeTarget> TakeDue(out DateTimeOffset? next)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var due = new List<ProbeTarget>();
            next = null;
            foreach (var entry in _services.Values.SelectMany(entries => entries.Values).Where(entry => !entry.Busy))
            {
                if (entry.Due <= now)
                {
                    entry.Begin(now);
                    due.Add(entry.Target);
                }
                else if (next is null || entry.Due < next)
                {
                    next = entry.Due;
                }
            }

            return due;
        }
    }

    /// <summary>Notes the result of a probe; null: it was given up. Dropped when the replica has gone or is asked otherwise meanwhile.</summary>
    public void Record(ProbeTarget target, ProbeResult? result)
    {
        var turned = false;
        lock (_lock)
        {
            if (Find(target.Replica) is not { } entry || !ReferenceEquals(entry.Target, target))
            {
                return;
            }

            entry.Busy = false;
            if (result is not null)
            {
                turned = entry.Last?.Passed != result.Passed;
                entry.Last = result;
            }
        }

        Changed?.Invoke();
        if (turned)
        {
            Turned?.Invoke(target.Replica.Service);
        }
    }

    /// <summary>One whose probe may lack its secrets stays what it was: its answer would say nothing.</summary>
    private static bool IsProbed(ReplicaRecord replica, ServiceAggregate service) =>
        replica.Endpoint is not null && replica.State is ReplicaState.Starting or ReplicaState.Ready or ReplicaState.NotReady
        && service.Versions[replica.Version].Unreadable is null;

    private bool Take(Dictionary<ReplicaId, Entry> entries, ReplicaRecord replica, ServiceAggregate service)
    {
        var spec = service.Versions[replica.Version].Spec.Serving.ReadinessProbe;
        var starting = replica.State == ReplicaState.Starting;
        if (!entries.TryGetValue(replica.Id, out var entry) || entry.Target.Endpoint != replica.Endpoint || !ReferenceEquals(entry.Target.Spec, spec))
        {
            entries[replica.Id] = new Entry(new ProbeTarget(replica.Key, replica.Endpoint!, spec), time.GetUtcNow(), starting, entry?.Last);
            return true;
        }

        if (entry.Starting && !starting)
        {
            entry.Starting = false;
        }

        return false;
    }

    private Entry? Find(ReplicaKey replica) => _services.GetValueOrDefault(replica.Service)?.GetValueOrDefault(replica.Id);

    private sealed class Entry(ProbeTarget target, DateTimeOffset due, bool starting, ProbeResult? last)
    {
        private TimeSpan _gap = FirstGap;

        public ProbeTarget Target { get; } = target;

        public DateTimeOffset Due { get; set; } = due;

        public bool Starting { get; set; } = starting;

        public bool Busy { get; set; }

        public ProbeResult? Last { get; set; } = last;

        public void Begin(DateTimeOffset now)
        {
            var interval = TimeSpan.FromSeconds(Target.Spec.IntervalSeconds);
            var gap = Starting && _gap < interval ? _gap : interval;
            _gap = _gap < interval ? _gap * Growth : interval;
            Busy = true;
            Due = now + gap;
        }
    }
}
