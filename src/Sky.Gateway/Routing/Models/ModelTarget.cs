using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Routing.Models;

/// <summary>Where requests for one model name go.</summary>
/// <param name="Name">As clients ask for it.</param>
/// <param name="Service">The service that serves it.</param>
/// <param name="ReplicaName">What its replicas call it; null: the same.</param>
internal sealed record ModelTarget(string Name, ServiceState Service, string? ReplicaName);
