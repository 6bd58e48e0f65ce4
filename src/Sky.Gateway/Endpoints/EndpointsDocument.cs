using Sky.Core.Endpoints;
using Sky.Core.Keys;

namespace Sky.Gateway.Endpoints;

/// <summary>All that a gateway knows of services and keys (never a secret of one), as it lies on disk.</summary>
internal sealed record EndpointsDocument(IReadOnlyList<ServiceEndpoints> Services, IReadOnlyList<KeyRecord>? Keys);
