using Sky.Core.Specs;

namespace Sky.Core.Endpoints;

/// <summary>What the tokens of one version of a service cost by its own file.</summary>
/// <param name="Version">The version.</param>
/// <param name="Prices">Null: its file has none.</param>
public sealed record VersionPrices(int Version, PriceSpec? Prices);
