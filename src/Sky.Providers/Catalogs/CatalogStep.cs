using Sky.Core.Catalog;

namespace Sky.Providers.Catalogs;

/// <summary>One source of a cloud's catalog: it makes the catalog's parts anew, or fails as a whole.</summary>
/// <param name="Name">What is asked, for progress, such as <c>EC2 instance types and zones</c>.</param>
/// <param name="RunAsync">
/// The catalog with what the source says now. It tells progress (done of all, such as regions) and, in sentences, what it had to leave as it was.
/// Throws <see cref="CatalogException"/> where nothing could be had.
/// </param>
public sealed record CatalogStep(string Name, Func<CloudCatalog, ICatalogProgress, CancellationToken, Task<CloudCatalog>> RunAsync);
