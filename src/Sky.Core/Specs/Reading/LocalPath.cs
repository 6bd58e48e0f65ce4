namespace Sky.Core.Specs.Reading;

/// <summary>Makes a path of the file absolute.</summary>
internal static class LocalPath
{
    /// <summary>Null when it cannot be a path.</summary>
    public static string? Full(string path, string baseDirectory)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var expanded = path == "~" ? home : path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..]) : path;
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(expanded, Path.GetFullPath(baseDirectory)));
    }
}
