using System.Text;
using System.Text.RegularExpressions;

namespace Sky.Cli.Workdirs;

/// <summary>
/// What of a workdir is left out: <c>.git</c>, and the patterns of <c>.skyignore</c>, or of <c>.gitignore</c> where that is missing, in
/// its root; with git's rules (last match counts, <c>!</c> takes back, a slash at the end means folders, one elsewhere anchors).
/// </summary>
internal sealed class IgnoreRules
{
    private readonly List<(Regex Pattern, bool FoldersOnly, bool Keep)> _rules = [];

    public IgnoreRules(IEnumerable<string> lines)
    {
        foreach (var raw in lines)
        {
            var line = raw.TrimEnd();
            if (line.Length > 0 && line[0] != '#')
            {
                Add(line);
            }
        }
    }

    public static IgnoreRules OfFolder(string folder)
    {
        foreach (var name in (ReadOnlySpan<string>)[".skyignore", ".gitignore"])
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return new IgnoreRules(File.ReadLines(path));
            }
        }

        return new IgnoreRules([]);
    }

    /// <param name="path">Relative to the workdir, with forward slashes.</param>
    /// <param name="isFolder">Whether it is a folder; nothing in an ignored folder is looked at.</param>
    public bool Ignores(string path, bool isFolder)
    {
        if (path == ".git")
        {
            return true;
        }

        var ignored = false;
        foreach (var (pattern, foldersOnly, keep) in _rules)
        {
            if ((isFolder || !foldersOnly) && pattern.IsMatch(path))
            {
                ignored = !keep;
            }
        }

        return ignored;
    }

    private void Add(string line)
    {
        var keep = line[0] == '!';
        var pattern = keep ? line[1..] : line;
        var foldersOnly = pattern.EndsWith('/');
        pattern = pattern.TrimEnd('/');
        var anchored = pattern.Contains('/', StringComparison.Ordinal);
        pattern = pattern.TrimStart('/');
        if (pattern.Length > 0)
        {
            var regex = $"^{(anchored ? "" : "(?:.*/)?")}{ToRegex(pattern)}$";
            _rules.Add((new Regex(regex, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking), foldersOnly, keep));
        }
    }

    private static string ToRegex(string pattern)
    {
        var regex = new StringBuilder();
        for (var index = 0; index < pattern.Length; index++)
        {
            var rest = pattern.AsSpan(index);
            if (rest.StartsWith("**/"))
            {
                regex.Append("(?:.*/)?");
                index += 2;
            }
            else if (rest.StartsWith("**"))
            {
                regex.Append(".*");
                index++;
            }
            else
            {
                regex.Append(pattern[index] switch
                {
                    '*' => "[^/]*",
                    '?' => "[^/]",
                    var sign => Regex.Escape(sign.ToString()),
                });
            }
        }

        return regex.ToString();
    }
}
