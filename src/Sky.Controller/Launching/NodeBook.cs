using Sky.Controller.Reconciling;
using Sky.Core.Clouds.Launching;
using Sky.Core.Services;

namespace Sky.Controller.Launching;

/// <summary>What is known of bought nodes now, for those who decide about replicas; and the bell by which they say that more are wanted, or fewer.</summary>
internal sealed class NodeBook(TimeProvider time, INodeLaunchStore? store = null)
{
    /// <summary>How long what is over is looked at: what a cloud refused counts against a place that long.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private static readonly IReadOnlyDictionary<ReplicaId, NodeLaunch> _none = new Dictionary<ReplicaId, NodeLaunch>();
    private volatile Pages _pages = new(new Dictionary<ServiceName, IReadOnlyDictionary<ReplicaId, NodeLaunch>>(), []);

    /// <summary>Rung when replicas on bought nodes came or went.</summary>
    public Signal Bell { get; } = new(time);

    /// <summary>Set when the controller is to end with nothing left that is paid for: clusters do not wait empty.</summary>
    public bool GivesAllBack { get; set; }

    /// <summary>Where clouds refused nodes lately.</summary>
    public IReadOnlyList<NodeLaunch> Refusals => _pages.Refusals;

    /// <summary>The node bought last for each replica of a service.</summary>
    public IReadOnlyDictionary<ReplicaId, NodeLaunch> Of(ServiceName service) => _pages.Services.GetValueOrDefault(service, _none);

    /// <summary>US dollars that the nodes of a service have cost since then; what has no known price is left out.</summary>
    public async Task<double> SpentAsync(ServiceName service, DateTimeOffset since, CancellationToken cancellationToken) => store is null
        ? 0
        : NodeCosts.Between(await store.LaunchHistoryAsync(service, cancellationToken), since, time.GetUtcNow()).Sum(cost => cost.Spent ?? 0);

    /// <summary>Takes over what is stored; the services for which something changed.</summary>
    public IReadOnlySet<ServiceName> Write(IEnumerable<NodeLaunch> launches)
    {
        var all = launches.ToList();
        var services = all.Where(launch => launch.Replica is not null).GroupBy(launch => launch.Replica!.Value.Service).ToDictionary(
            group => group.Key,
            group => (IReadOnlyDictionary<ReplicaId, NodeLaunch>)group.GroupBy(launch => launch.Replica!.Value.Id)
                .ToDictionary(one => one.Key, one => one.MaxBy(launch => (launch.CreatedAt, launch.Request.Attempt))!));
        var before = _pages;
        _pages = new Pages(services, [.. all.Where(launch => launch.State == NodeLaunchState.Void)]);
        return services.Keys.Union(before.Services.Keys).Where(service => !Same(services.GetValueOrDefault(service), before.Services.GetValueOrDefault(service))).ToHashSet();
    }

    private static bool Same(IReadOnlyDictionary<ReplicaId, NodeLaunch>? one, IReadOnlyDictionary<ReplicaId, NodeLaunch>? other) =>
        one is not null && other is not null && one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out var same) && pair.Value == same);

    private sealed record Pages(IReadOnlyDictionary<ServiceName, IReadOnlyDictionary<ReplicaId, NodeLaunch>> Services, IReadOnlyList<NodeLaunch> Refusals);
}
