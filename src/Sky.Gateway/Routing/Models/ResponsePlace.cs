using Sky.Core.Services;

namespace Sky.Gateway.Routing.Models;

/// <summary>Who holds a stored response.</summary>
/// <param name="Service">The service.</param>
/// <param name="Replica">Its replica that gave the answer.</param>
/// <param name="Model">The model that was asked for.</param>
internal readonly record struct ResponsePlace(ServiceName Service, ReplicaId Replica, string Model);
