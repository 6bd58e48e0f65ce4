using Sky.Core.Endpoints;

namespace Sky.Gateway.Endpoints;

/// <summary>All that a gateway knows of services, as it lies on disk.</summary>
internal sealed record EndpointsDocument(IReadOnlyList<ServiceEndpoints> Services);
