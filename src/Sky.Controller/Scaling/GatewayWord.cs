using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Endpoints;
using Sky.Core.Services;

namespace Sky.Controller.Scaling;

/// <summary>What one gateway said last, and its arrivals of the last minute.</summary>
internal sealed class GatewayWord
{
    private readonly Dictionary<ServiceName, ServiceReport> _services = [];
    private readonly Dictionary<ServiceName, SortedDictionary<long, int>> _arrivals = [];

    private readonly Dictionary<ServiceName, WorkHistory> _work = [];

    public DateTimeOffset At { get; set; }

    /// <summary>Where it says that it listens; null: it does not say.</summary>
    public IReadOnlyList<string>? Listens { get; set; }

    /// <summary>What it cannot write.</summary>
    public string? Trouble { get; set; }

    public ServiceReport? Of(ServiceName service) => _services.GetValueOrDefault(service);

    public IEnumerable<KeyValuePair<long, int>> Arrivals(ServiceName service) => _arrivals.GetValueOrDefault(service) ?? [];

    /// <summary>Null: nothing was said of the service.</summary>
    public WorkHistory? Work(ServiceName service) => _work.GetValueOrDefault(service);

    /// <summary>Takes the new word on a service, with arrivals after <paramref name="oldest"/>; returns the one before.</summary>
    public ServiceReport? Replace(ServiceReport report, long oldest)
    {
        var before = Of(report.Service);
        _services[report.Service] = report with { Arrivals = [] };
        if (!_work.TryGetValue(report.Service, out var work))
        {
            _work[report.Service] = work = new WorkHistory();
        }

        work.Add(new WorkSample(At, report.Held + report.Replicas.Sum(replica => replica.InFlight), report.Held, report.HeldSeconds, report.Work));
        if (!_arrivals.TryGetValue(report.Service, out var seconds))
        {
            _arrivals[report.Service] = seconds = [];
        }

        foreach (var arrival in report.Arrivals)
        {
            seconds[arrival.Second] = arrival.Count;
        }

        foreach (var old in seconds.Keys.TakeWhile(second => second <= oldest).ToList())
        {
            seconds.Remove(old);
        }

        return before;
    }
}
