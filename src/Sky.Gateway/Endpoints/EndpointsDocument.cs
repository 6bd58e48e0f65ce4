using Sky.Core.Endpoints;
using Sky.Core.Keys;

namespace Sky.Gateway.Endpoints;

/// <summary>
/// All that a gateway knows of services, keys (never a secret of one) and its slices of limits, as it lies on disk. <see cref="Sealed"/> has
/// the services that hold a secret, each as sealed JSON.
/// </summary>
internal sealed record EndpointsDocument(
    IReadOnlyList<ServiceEndpoints> Services,
    IReadOnlyList<KeyRecord>? Keys,
    IReadOnlyList<LimitGrant>? Slices = null,
    string? Home = null,
    IReadOnlyList<string>? Sealed = null);
