using System.Text;

namespace Sky.Providers.Engines.Process;

/// <summary>The control groups of a machine as its kernel shows them: folders that appear with their files in them.</summary>
/// <param name="mount">Where they are mounted.</param>
/// <param name="self">The file that tells which are ours.</param>
/// <param name="makeFolder">Makes a folder (not its parents).</param>
internal sealed class ControlTree(string mount, string self, Action<string> makeFolder)
{
    private const int RemoveAttempts = 50;
    private const int MakeAttempts = 5;

    public static ControlTree OfThisMachine => new("/sys/fs/cgroup", "/proc/self/cgroup", folder => Directory.CreateDirectory(folder));

    /// <summary>Version 2, with all controllers in one hierarchy.</summary>
    public bool IsUnified => File.Exists(Path.Combine(mount, "cgroup.controllers"));

    /// <summary>
    /// Our own group's folder in the hierarchy of a controller (of version 2 for the empty name) and those above it, up to the mount.
    /// In a container our path may not exist below it.
    /// </summary>
    public IEnumerable<string> Ancestors(string controller)
    {
        var top = Path.Combine(mount, controller);
        for (var path = OwnPath(controller).Trim('/'); path.Length > 0; path = Path.GetDirectoryName(path) ?? "")
        {
            if (Directory.Exists(Path.Combine(top, path)))
            {
                yield return Path.Combine(top, path);
            }
        }

        if (Directory.Exists(top))
        {
            yield return top;
        }
    }

    /// <summary>Makes a group of these names, one below the other. Another runner may remove the upper one, when it is empty, in between: then again.</summary>
    public bool TryMake(string parent, params ReadOnlySpan<string> names)
    {
        for (var attempt = 0; attempt < MakeAttempts; attempt++)
        {
            try
            {
                var folder = parent;
                foreach (var name in names)
                {
                    folder = Path.Combine(folder, name);
                    makeFolder(folder);
                }

                return true;
            }
            catch (DirectoryNotFoundException)
            {
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }

        return false;
    }

    public static bool CanEnter(string folder) => TryWrite(Path.Combine(folder, "cgroup.procs"), "");

    /// <summary>False where there is no such file or the kernel refuses it.</summary>
    public static bool TryWrite(string path, string text)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            if (text.Length > 0)
            {
                file.Write(Encoding.ASCII.GetBytes(text));
            }

            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes the groups, which must be empty, and where it was the last one the group of the home.</summary>
    public static void Remove(IEnumerable<string> folders)
    {
        foreach (var folder in folders)
        {
            // The kernel needs a moment to let go of processes that were just killed.
            for (var attempt = 0; attempt < RemoveAttempts && Directory.Exists(folder) && !TryRemove(folder); attempt++)
            {
                Thread.Sleep(10);
            }

            TryRemove(Path.GetDirectoryName(folder)!);
        }
    }

    /// <summary>Removes it if that can be done at once.</summary>
    public static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: false);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return !Directory.Exists(folder);
        }
    }

    private string OwnPath(string controller)
    {
        foreach (var line in File.Exists(self) ? File.ReadLines(self) : [])
        {
            var parts = line.Split(':', 3);
            if (parts.Length == 3 && Array.IndexOf(parts[1].Split(','), controller) >= 0)
            {
                return parts[2];
            }
        }

        return "/";
    }
}
