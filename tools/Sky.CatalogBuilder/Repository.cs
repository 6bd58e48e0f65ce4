namespace Sky.CatalogBuilder;

/// <summary>The checkout this program was built in.</summary>
internal static class Repository
{
    public static string Folder(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Skyswarm.slnx")))
            {
                return Path.Combine(folder.FullName, path);
            }
        }

        throw new DirectoryNotFoundException("This program runs from a checkout of the repository.");
    }
}
