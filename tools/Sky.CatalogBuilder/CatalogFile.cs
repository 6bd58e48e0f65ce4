using System.IO.Compression;
using Sky.Core.Catalog;

namespace Sky.CatalogBuilder;

/// <summary>Packs a catalog as the program carries it.</summary>
internal static class CatalogFile
{
    public static void Write(string folder, CloudCatalog catalog)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{catalog.Cloud}.catalog.br");
        using (var text = new StreamWriter(new BrotliStream(File.Create(path), CompressionLevel.SmallestSize)))
        {
            CatalogText.Write(catalog, text);
        }

        Console.WriteLine($"{catalog.Cloud}: {catalog.Types.Count} types, {catalog.Offers.Count} of them by region, {catalog.Offerings().Count()} offerings, {new FileInfo(path).Length} bytes");
    }
}
