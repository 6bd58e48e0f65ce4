using Sky.Core.Planning;

namespace Sky.Core.Services;

/// <summary>What people are shown of a service; pure.</summary>
public static class StatusView
{
    /// <param name="service">The stored service.</param>
    /// <param name="load">What gateways report of it.</param>
    /// <param name="gateway">The gateway's public URL, without a slash at the end; null when none is known.</param>
    /// <param name="now">The present time.</param>
    public static ServiceView From(ServiceAggregate service, ServiceLoad load, string? gateway, DateTimeOffset now) =>
        throw new NotImplementedException();
}
