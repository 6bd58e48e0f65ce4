using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Controller.Api;

/// <summary>One version in <c>GET /api/v1/services/{name}/history</c>.</summary>
public sealed record VersionView
{
    public required int Number { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required UpdateMode Mode { get; init; }

    /// <summary><c>TARGET</c> (meant to serve), <c>CANARY</c> (to take over step by step), <c>SERVING</c> (an older one that still does), <c>FAILED</c>, <c>RETIRED</c>.</summary>
    public required string Status { get; init; }

    public DateTimeOffset? FirstReadyAt { get; init; }

    public string? FailedReason { get; init; }

    /// <summary>Secrets masked.</summary>
    public required ServiceSpec Spec { get; init; }
}
