namespace Sky.Providers.Catalogs;

/// <summary>A part of a catalog cannot be brought up to date. The message is one sentence for a person and holds no secret.</summary>
public sealed class CatalogException(string message, Exception? inner = null) : Exception(message, inner);
