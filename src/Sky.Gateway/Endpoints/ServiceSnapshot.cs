using Sky.Core.Endpoints;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.Routing;
using Yarp.ReverseProxy.Forwarder;

namespace Sky.Gateway.Endpoints;

/// <summary>Everything a request needs to know of its service, immutable, swapped as a whole.</summary>
internal sealed class ServiceSnapshot
{
    /// <summary>What the controller said; null when the service is gone.</summary>
    public required ServiceEndpoints? Endpoints { get; init; }

    /// <summary>All replicas: draining and suspect ones too, and those no longer named that still have requests.</summary>
    public required ReplicaTracker[] Replicas { get; init; }

    /// <summary>Those that may get requests.</summary>
    public required ReplicaTracker[] Usable { get; init; }

    /// <summary>Most requests on replicas at one time; null: as many as come.</summary>
    public int? Capacity { get; init; }

    public required ILoadBalancingPolicy Policy { get; init; }

    public required ForwarderRequestConfig Forwarding { get; init; }

    /// <summary>How long nothing may move after the response headers, in seconds.</summary>
    public required int IdleSeconds { get; init; }

    /// <summary>Which paths clients reach; null: all.</summary>
    public required PathGuard? Guard { get; init; }

    /// <summary>True: a request without a replica is worth holding. Replicas that only this gateway holds for unreachable count as on their way.</summary>
    public bool WorthHolding =>
        Endpoints is { } endpoints && (endpoints.CanWait || Array.Exists(Replicas, r => r.Suspect && !r.Draining));
}
