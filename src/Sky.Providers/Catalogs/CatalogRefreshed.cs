using Sky.Core.Catalog;

namespace Sky.Providers.Catalogs;

/// <summary>How a refresh ended.</summary>
/// <param name="Catalog">With what could be had.</param>
/// <param name="Failed">The names of the steps that gave nothing.</param>
/// <param name="Succeeded">How many gave something.</param>
public sealed record CatalogRefreshed(CloudCatalog Catalog, IReadOnlyList<string> Failed, int Succeeded);
