using Sky.Core.Services;

namespace Sky.Gateway.Reporting.Arms;

/// <summary>One version in one division of one service.</summary>
internal readonly record struct ArmKey(ServiceName Service, int Generation, int Version);
