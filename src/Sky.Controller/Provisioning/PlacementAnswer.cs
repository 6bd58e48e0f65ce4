using Sky.Core.Planning;

namespace Sky.Controller.Provisioning;

/// <summary>Feasible places, best first; when there is none, <paramref name="Reason"/> says why.</summary>
internal sealed record PlacementAnswer(IReadOnlyList<PlacementChoice> Choices, string? Reason);
