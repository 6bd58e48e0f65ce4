using Sky.Core.Services;

namespace Sky.Controller.Api;

/// <summary>Answer of <c>GET /api/v1/services/{name}/history</c>.</summary>
public sealed record HistoryView
{
    public required string Service { get; init; }

    public required IReadOnlyList<VersionView> Versions { get; init; }

    public required IReadOnlyList<ServiceEvent> Events { get; init; }
}
