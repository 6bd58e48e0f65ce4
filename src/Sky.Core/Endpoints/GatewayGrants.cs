namespace Sky.Core.Endpoints;

/// <summary>The answer to a report with limits. A gateway that hears nothing keeps what it was granted last.</summary>
public sealed record GatewayGrants(IReadOnlyList<LimitGrant> Limits);
