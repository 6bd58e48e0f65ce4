namespace Sky.Providers.Engines.Process;

/// <summary>Removes folders, also those that hold read-only ones, as package caches do.</summary>
internal static class FolderRemoval
{
    /// <summary>
    /// Moves the folder away at once, so that a runner that comes late finds nothing rather than half of it, and then removes it with all
    /// that an interrupted removal left.
    /// </summary>
    public static void Remove(string folder, string removed)
    {
        Directory.CreateDirectory(removed);
        Directory.Move(folder, Path.Combine(removed, Path.GetRandomFileName()));
        foreach (var old in Directory.GetDirectories(removed))
        {
            RemoveAll(old);
        }
    }

    private static void RemoveAll(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (UnauthorizedAccessException)
        {
            MakeWritable(new DirectoryInfo(folder));
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another removal did it.
        }
    }

    private static void MakeWritable(DirectoryInfo folder)
    {
        folder.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var child in folder.EnumerateDirectories().Where(child => child.LinkTarget is null))
        {
            MakeWritable(child);
        }
    }
}
