using Sky.Core.Services;

namespace Sky.Core.Metering;

/// <summary>Which usage to read.</summary>
/// <param name="Since">From the hour that this is in.</param>
/// <param name="Key">Of this key; null for all and for requests without one.</param>
/// <param name="Service">Of this service; null for all.</param>
public sealed record UsageQuery(DateTimeOffset Since, string? Key = null, ServiceName? Service = null);
