using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Routing.Models;

namespace Sky.Gateway.Reporting;

/// <summary>Builds reports, and knows what the controller was told last.</summary>
/// <param name="table">The services.</param>
/// <param name="models">Who serves which model.</param>
/// <param name="limits">What is wanted of limits.</param>
/// <param name="home">What stays when it is started anew.</param>
/// <param name="gateway">The name of this run.</param>
/// <param name="listens">Where it listens; null before it does.</param>
/// <param name="trouble">What it cannot write; null when there is nothing.</param>
/// <param name="time">The clock.</param>
internal sealed class ReportBuilder(
    EndpointTable table, ModelIndex models, LimitReporter limits, HomeName home, string gateway, Func<IReadOnlyList<string>?> listens, Func<string?> trouble, TimeProvider time)
{
    private readonly Dictionary<ServiceName, ServiceReport> _told = [];
    private long _toldUntil;

    /// <summary>What is new or in progress; with <paramref name="whole"/> everything. Null when there is nothing to say.</summary>
    public GatewayReport? Build(bool whole)
    {
        var since = whole ? 0 : _toldUntil;
        var services = new List<ServiceReport>();
        var conflicts = models.Current.Conflicts;
        foreach (var state in table.Current.All)
        {
            var report = Describe(state, conflicts, since);
            if (whole || IsNews(report))
            {
                services.Add(report);
            }
        }

        var limited = limits.Build();
        return services.Count == 0 && limited is null && !whole ? null : SignOfLife() with { Services = services, Limits = limited };
    }

    /// <summary>Says only that this gateway is there.</summary>
    public GatewayReport SignOfLife() => new() { Gateway = gateway, Home = home.Value, Listens = listens(), Trouble = trouble(), Services = [] };

    /// <summary>The controller has it. <paramref name="built"/> is when the report was built: later arrivals of that second are told again.</summary>
    public void Told(GatewayReport report, DateTimeOffset built)
    {
        _toldUntil = built.ToUnixTimeSeconds();
        foreach (var service in report.Services)
        {
            _told[service.Service] = service;
        }

        var living = table.Current.All.Select(s => s.Name).ToHashSet();
        foreach (var gone in _told.Keys.Where(s => !living.Contains(s)).ToArray())
        {
            _told.Remove(gone);
        }
    }

    public DateTimeOffset Now => time.GetUtcNow();

    private static ServiceReport Describe(ServiceState state, IReadOnlyList<ModelConflict> conflicts, long since) => new()
    {
        Service = state.Name,
        Arrivals = state.Arrivals.Since(since),
        Held = state.Held.Count,
        HeldSeconds = state.Held.WaitedSeconds,
        Work = state.Work.Read(),
        TakenModels = conflicts.Count == 0 ? [] : [.. conflicts.Where(conflict => conflict.Loser == state.Name.Value).Select(conflict => new TakenModel(conflict.Model, new ServiceName(conflict.Winner)))],
        Replicas = state.Snapshot().Replicas
            .Select(r => new ReplicaReport { Id = r.Id, Draining = r.Draining, InFlight = r.InFlight, Unreachable = r.Suspect, Ejected = r.Outcomes.Ejected })
            .OrderBy(r => r.Id)
            .ToArray(),
    };

    private bool IsNews(ServiceReport report)
    {
        if (report.Held > 0 || report.Replicas.Any(r => r.InFlight > 0))
        {
            return true;
        }

        var before = _told.GetValueOrDefault(report.Service);
        return before is null
            || before.Held != report.Held
            || before.Work != report.Work
            || !before.TakenModels.SequenceEqual(report.TakenModels)
            || !before.Replicas.SequenceEqual(report.Replicas)
            || report.Arrivals.Any(a => a.Second > _toldUntil || !before.Arrivals.Contains(a));
    }
}
