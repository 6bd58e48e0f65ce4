using Sky.Core.Endpoints;
using Sky.Core.Specs;
using Sky.Gateway.Forwarding;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.Routing;
using Sky.Gateway.Routing.Versions;
using Yarp.ReverseProxy.Forwarder;

namespace Sky.Gateway.Endpoints;

/// <summary>Everything a request needs to know of its service, immutable, swapped as a whole.</summary>
internal sealed class ServiceSnapshot
{
    /// <summary>What the controller said; null when the service is gone.</summary>
    public required ServiceEndpoints? Endpoints { get; init; }

    /// <summary>All replicas: draining and suspect ones too, and those no longer named that still have requests.</summary>
    public required ReplicaTracker[] Replicas { get; init; }

    /// <summary>Those that may get requests: reachable and, unless too few were left, not ejected.</summary>
    public required ReplicaTracker[] Usable { get; init; }

    /// <summary>Those of <see cref="Usable"/> that may get their whole share.</summary>
    public required ReplicaTracker[] Settled { get; init; }

    /// <summary>How requests are divided among versions; null: they are not.</summary>
    public VersionSplit? Split { get; init; }

    /// <summary>How long a replica that comes or comes back takes to get its whole share.</summary>
    public TimeSpan SlowStart { get; init; }

    /// <summary>Most requests on replicas at one time, from all gateways; null: as many as come.</summary>
    public long? Capacity { get; init; }

    public required ILoadBalancingPolicy Policy { get; init; }

    public required ForwarderRequestConfig Forwarding { get; init; }

    /// <summary>From the end of a request's body to the response's headers, where the forwarder's own time-out does not see to it.</summary>
    public TimeSpan? HeadersTimeout { get; init; }

    /// <summary>How long nothing may move after the response headers, in seconds.</summary>
    public required int IdleSeconds { get; init; }

    /// <summary>Which paths clients reach; null: all.</summary>
    public required PathGuard? Guard { get; init; }

    /// <summary>True: a request without a replica is worth holding. Replicas that only this gateway holds back count as on their way.</summary>
    public bool WorthHolding =>
        Endpoints is { } endpoints && (endpoints.CanWait || Array.Exists(Replicas, r => (r.Suspect || r.Outcomes.Ejected) && !r.Draining));

    /// <summary>One may be asked for the same as another at the same time: so that nobody sees two versions, they are of one where versions share the requests.</summary>
    public bool MayBeBeside(ReplicaTracker replica, ReplicaTracker other) => replica != other && (Split is null || replica.Version == other.Version);

    /// <param name="endpoints">What the controller said.</param>
    /// <param name="replicas">All that are named, or have requests.</param>
    /// <param name="policy">Picks among them.</param>
    /// <param name="limits">Time-outs that do not depend on the service.</param>
    public static ServiceSnapshot Of(ServiceEndpoints? endpoints, ReplicaTracker[] replicas, ILoadBalancingPolicy policy, ForwardingLimits limits)
    {
        var idle = TimeSpan.FromSeconds(endpoints is { StreamTimeoutSeconds: > 0 } ? endpoints.StreamTimeoutSeconds : 120);
        var headers = endpoints?.Timeouts.HeadersSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : limits.Headers;
        var forwarding = limits.ConfigFor(idle, headers);
        var slowStart = TimeSpan.FromSeconds(Math.Max(0, endpoints?.SlowStartSeconds ?? 0));
        var usable = UsableOf(replicas, endpoints?.Outliers ?? OutlierSpec.Default);
        var split = endpoints?.Traffic is { } traffic ? new VersionSplit(endpoints.Service, traffic, usable, slowStart) : null;
        var candidates = split?.Any ?? Candidates.Of(usable, slowStart);
        return new ServiceSnapshot
        {
            Endpoints = endpoints,
            Replicas = replicas,
            Usable = candidates.Usable,
            Settled = candidates.Settled,
            Split = split,
            SlowStart = slowStart,
            Capacity = endpoints?.Limits?.Capacity(candidates.Usable.Length),
            Policy = policy,
            Forwarding = forwarding,
            HeadersTimeout = forwarding.ActivityTimeout > headers ? headers : null,
            Guard = PathGuard.For(endpoints),
            IdleSeconds = (int)Math.Ceiling(idle.TotalSeconds),
        };
    }

    /// <summary>
    /// Without the ejected ones, unless what is left is less than the panic threshold: then a replica that fails some requests is better than
    /// none. One that cannot be reached helps nobody, and stays out.
    /// </summary>
    private static ReplicaTracker[] UsableOf(ReplicaTracker[] replicas, OutlierSpec outliers)
    {
        var reachable = Array.FindAll(replicas, replica => replica.Usable);
        var healthy = Array.FindAll(reachable, replica => !replica.Outcomes.Ejected);
        return healthy.Length * 100 < outliers.PanicPercent * replicas.Count(replica => !replica.Draining) ? reachable : healthy;
    }
}
