using Sky.Core.Clouds.Launching;

namespace Sky.Controller.Api;

/// <summary>Answer of <c>GET /api/v1/cost</c>.</summary>
public sealed record CostView
{
    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset Until { get; init; }

    public required IReadOnlyList<NodeCost> Rows { get; init; }
}
