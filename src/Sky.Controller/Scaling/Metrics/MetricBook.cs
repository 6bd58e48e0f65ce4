using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Controller.Scaling.Metrics;

/// <summary>Which metrics are to be read for services, and what was read last. Nothing of it outlives the controller: it is read anew.</summary>
internal sealed class MetricBook
{
    private static readonly IReadOnlyDictionary<int, IReadOnlyList<MetricSight>> Nothing = new Dictionary<int, IReadOnlyList<MetricSight>>();
    private readonly Lock _lock = new();
    private readonly Dictionary<ServiceName, IReadOnlyDictionary<int, MetricEntry[]>> _services = [];

    /// <summary>Takes over what a service follows now. What was read stays while its version does.</summary>
    public void Sync(ServiceAggregate service)
    {
        var versions = service.Service is { Phase: ServicePhase.Active, PinnedReplicas: null }
            ? new[] { Lead.Of(service.Service, service.Replicas) ?? service.Service.TargetVersion, service.Service.TargetVersion }.Distinct().Where(number => Metrics(service, number).Any(metric => metric.IsRead)).ToArray()
            : [];
        lock (_lock)
        {
            var name = service.Service.Name;
            var before = _services.GetValueOrDefault(name);
            _services.Remove(name);
            if (versions.Length > 0)
            {
                _services[name] = versions.ToDictionary(number => number, number => before?.GetValueOrDefault(number) ?? [.. Metrics(service, number).Select(metric => new MetricEntry(metric))]);
                foreach (var (number, entries) in _services[name])
                {
                    foreach (var entry in entries)
                    {
                        entry.Version = service.Versions[number];
                        entry.Ready = [.. service.Replicas.Where(row => row is { State: ReplicaState.Ready, Endpoint: not null })];
                    }
                }
            }
        }
    }

    /// <summary>What was read, by version, in the order of its policy.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<MetricSight>> Of(ServiceName service)
    {
        lock (_lock)
        {
            return _services.TryGetValue(service, out var versions)
                ? versions.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<MetricSight>)[.. pair.Value.Select(entry => entry.Sight)])
                : Nothing;
        }
    }

    /// <summary>Those that are to be read now; each is given out once until it is <see cref="Note"/>d.</summary>
    public IReadOnlyList<(ServiceName Service, MetricEntry Entry)> TakeDue(DateTimeOffset now)
    {
        lock (_lock)
        {
            var due = _services
                .SelectMany(service => service.Value.Values.SelectMany(entries => entries).Select(entry => (Service: service.Key, Entry: entry)))
                .Where(one => one.Entry.Metric.IsRead && !one.Entry.Reading && one.Entry.Due <= now)
                .ToList();
            foreach (var (_, entry) in due)
            {
                (entry.Reading, entry.Due) = (true, now + MetricDemand.IntervalOf(entry.Metric));
            }

            return due;
        }
    }

    public void Note(MetricEntry entry, MetricSight sight)
    {
        lock (_lock)
        {
            (entry.Reading, entry.Sight) = (false, sight);
        }
    }

    private static IReadOnlyList<MetricSpec> Metrics(ServiceAggregate service, int version) => service.Versions[version].Spec.Serving.ReplicaPolicy.Metrics;
}
