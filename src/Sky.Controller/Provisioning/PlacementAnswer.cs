using Sky.Core.Catalog;
using Sky.Core.Planning;

namespace Sky.Controller.Provisioning;

/// <summary>Feasible places, best first; when there is none, <paramref name="Reason"/> says why.</summary>
internal sealed record PlacementAnswer(IReadOnlyList<PlacementChoice> Choices, string? Reason)
{
    /// <summary>All that can be had now, whatever was asked for.</summary>
    public IReadOnlyList<Offering> Offerings { get; init; } = [];
}
