using Sky.Core.Services;

namespace Sky.Core.Endpoints;

/// <summary>What gateways are told about a service; pure.</summary>
public static class EndpointsView
{
    /// <summary>The endpoints of a service, or null when gateways should not know it (it is down).</summary>
    public static ServiceEndpoints? From(ServiceAggregate service, DateTimeOffset now) => throw new NotImplementedException();
}
