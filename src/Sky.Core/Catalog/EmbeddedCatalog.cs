using System.IO.Compression;

namespace Sky.Core.Catalog;

/// <summary>The catalogs that this program was built with: they work without any network, and their prices are as old as their dates say.</summary>
public static class EmbeddedCatalog
{
    public static IReadOnlyList<string> Clouds { get; } = ["aws", "azure"];

    /// <param name="cloud">One of <see cref="Clouds"/>.</param>
    public static CloudCatalog Read(string cloud)
    {
        using var stream = typeof(EmbeddedCatalog).Assembly.GetManifestResourceStream($"catalog/{cloud}")
            ?? throw new ArgumentException($"No catalog of '{cloud}' was built in.", nameof(cloud));
        using var text = new StreamReader(new BrotliStream(stream, CompressionMode.Decompress));
        return CatalogText.Read(text);
    }
}
