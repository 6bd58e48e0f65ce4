namespace Sky.Providers.Catalogs;

/// <summary>By what one sees that a catalog's file is another.</summary>
/// <param name="Written">When; the same for all that are missing.</param>
/// <param name="Length">In bytes; null: there is no file.</param>
public readonly record struct CatalogStamp(DateTime Written, long? Length);
