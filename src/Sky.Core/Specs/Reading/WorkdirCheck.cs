using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>A workdir must be a folder, and no link in it may lead out of it: a copy would lack what it leads to, or hold what was not meant to be shared.</summary>
internal sealed class WorkdirCheck(SpecProblems problems)
{
    private const string At = "workdir";

    // Enough for any code; a dataset of millions of files should not make a check slow.
    private const int MostEntries = 100_000;

    public string? Check(YamlNode.Scalar folder, string baseDirectory)
    {
        var full = LocalPath.Full(folder.Printed, baseDirectory);
        if (full is null || !Directory.Exists(full))
        {
            problems.Error(folder.Line, At,
                $"Workdir must be a valid directory (or a symlink to a directory). {folder.Shown} not found. Relative paths start at {baseDirectory}.");
            return full;
        }
        try
        {
            CheckLinks(folder, full);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            problems.Error(folder.Line, At, $"The workdir {folder.Shown} cannot be read.");
        }
        return full;
    }

    private void CheckLinks(YamlNode.Scalar folder, string full)
    {
        var root = RealPath(full);
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.None };
        var folders = new Stack<DirectoryInfo>([new(root)]);
        var seen = 0;
        while (folders.TryPop(out var next))
        {
            foreach (var entry in next.EnumerateFileSystemInfos("*", options))
            {
                if (++seen > MostEntries)
                {
                    problems.Warn(folder.Line, At, $"The workdir holds more than {MostEntries} files; each replica gets a copy of all of them, and not all were looked at.");
                    return;
                }
                if (entry.LinkTarget is { } target)
                {
                    CheckLink(folder, root, entry, target);
                }
                else if (entry is DirectoryInfo inner)
                {
                    folders.Push(inner);
                }
            }
        }
    }

    private void CheckLink(YamlNode.Scalar folder, string root, FileSystemInfo link, string target)
    {
        var parent = RealPath(Path.GetDirectoryName(link.FullName) ?? root);
        var end = RealPath(Path.GetFullPath(target, parent));
        if (end != root && !end.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            problems.Error(folder.Line, At,
                $"The link {Path.GetRelativePath(root, link.FullName)} in the workdir leads out of it, to {target}. Copy what it names into the workdir, or remove the link.");
        }
    }

    // Every link on the way is followed, at most as often as the system itself would.
    private static string RealPath(string path)
    {
        for (var hops = 0; hops < 40; hops++)
        {
            var followed = FollowFirstLink(path);
            if (followed == path)
            {
                break;
            }
            path = followed;
        }
        return path;
    }

    private static string FollowFirstLink(string path)
    {
        var parts = path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var done = Path.GetPathRoot(path) ?? "/";
        for (var index = 0; index < parts.Length; index++)
        {
            var here = Path.Combine(done, parts[index]);
            if (new FileInfo(here).LinkTarget is { } target)
            {
                return Path.TrimEndingDirectorySeparator(Path.Combine([Path.GetFullPath(target, done), .. parts[(index + 1)..]]));
            }
            done = here;
        }
        return done;
    }
}
