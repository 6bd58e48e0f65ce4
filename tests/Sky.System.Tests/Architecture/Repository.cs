using Sky.Testing.Processes;

namespace Sky.SystemTests.Architecture;

/// <summary>The files of the checkout that people write.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["artifacts", "bin", "obj", "node_modules", ".git", "out"];

    public static string Root => SkyProgram.Root;

    /// <summary>Paths relative to the root.</summary>
    public static IEnumerable<string> Files(string pattern, string below = "") =>
        Walk(new DirectoryInfo(Path.Combine(Root, below)), pattern).Select(file => Path.GetRelativePath(Root, file));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(DirectoryInfo folder, string pattern) => folder.EnumerateFiles(pattern).Select(f => f.FullName)
        .Concat(folder.EnumerateDirectories().Where(d => !NotOurs.Contains(d.Name)).SelectMany(d => Walk(d, pattern)));
}
