using Sky.Core;
using Sky.Core.Catalog;

namespace Sky.Providers.Catalogs;

/// <summary>
/// The catalogs of this machine: what <c>sky catalog refresh</c> brought lies in <c>$SKY_HOME/catalog</c> and goes before what the program was
/// built with.
/// </summary>
public sealed class CatalogFolder(SkyHome home)
{
    /// <summary>One cloud's catalog.</summary>
    /// <param name="cloud">One of <see cref="EmbeddedCatalog.Clouds"/>.</param>
    /// <param name="trouble">A sentence, where a refreshed catalog lies there and cannot be read: the built-in one is taken.</param>
    public CloudCatalog Read(string cloud, out string? trouble)
    {
        trouble = null;
        try
        {
            using var text = File.OpenText(PathOf(cloud));
            return CatalogText.Read(text);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return EmbeddedCatalog.Read(cloud);
        }
        catch (Exception bad) when (bad is FormatException or IOException or UnauthorizedAccessException)
        {
            trouble = $"{PathOf(cloud)} cannot be read ({bad.Message}): the catalog that was built in is used. `sky catalog refresh --cloud {cloud}` writes it anew.";
            return EmbeddedCatalog.Read(cloud);
        }
    }

    /// <summary>Another one says that <see cref="Read"/> may give another catalog.</summary>
    public CatalogStamp StampOf(string cloud)
    {
        var file = new FileInfo(PathOf(cloud));
        return file.Exists ? new CatalogStamp(file.LastWriteTimeUtc, file.Length) : new CatalogStamp(default, null);
    }

    /// <summary>Whether the cloud's catalog was refreshed here.</summary>
    public bool IsRefreshed(string cloud) => File.Exists(PathOf(cloud));

    /// <summary>Readers see the old one or the new one, whole.</summary>
    public void Write(CloudCatalog catalog)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(catalog.Cloud))!);
        var draft = $"{PathOf(catalog.Cloud)}.{Environment.ProcessId}.new";
        try
        {
            using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write))
            using (var text = new StreamWriter(file))
            {
                CatalogText.Write(catalog, text);
                text.Flush();
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, PathOf(catalog.Cloud), overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private string PathOf(string cloud) => Path.Combine(home.Catalog, $"{cloud}.catalog");
}
