using System.Text;
using System.Text.RegularExpressions;

namespace Sky.Providers.Images.Building;

/// <summary>
/// What of a build context the builder is not given, by the rules of <c>.dockerignore</c>: patterns from the context's root, <c>*</c> and <c>?</c>
/// within a name, <c>**</c> across folders, <c>!</c> takes back, the last match counts, and what lies in an ignored folder is ignored.
/// </summary>
internal sealed class DockerIgnore
{
    private readonly List<(Regex Pattern, bool Keep)> _rules = [];

    public DockerIgnore(IEnumerable<string> lines)
    {
        foreach (var raw in lines)
        {
            var line = raw.Trim().TrimStart('\uFEFF');
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            var keep = line[0] == '!';
            var pattern = Cleaned(keep ? line[1..].Trim() : line);
            if (pattern.Length > 0)
            {
                _rules.Add((new Regex($@"\A{ToRegex(pattern)}(?:/.*)?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline), keep));
            }
        }
    }

    /// <summary>Whether something in an ignored folder may be taken back, so that the folder has to be looked into.</summary>
    public bool TakesBack => _rules.Exists(rule => rule.Keep);

    /// <summary>The file beside the Dockerfile that is named after it counts before that of the context.</summary>
    public static DockerIgnore Of(string context, string dockerfile)
    {
        var own = Path.Combine(context, dockerfile) + ".dockerignore";
        var file = File.Exists(own) ? own : Path.Combine(context, ".dockerignore");
        return new DockerIgnore(File.Exists(file) ? File.ReadLines(file) : []);
    }

    /// <param name="path">Relative to the context, with forward slashes.</param>
    public bool Ignores(string path)
    {
        var ignored = false;
        foreach (var (pattern, keep) in _rules)
        {
            if (ignored == keep && pattern.IsMatch(path))
            {
                ignored = !keep;
            }
        }
        return ignored;
    }

    // ./a/, /a and a//b are a, a and a/b.
    private static string Cleaned(string pattern)
    {
        var parts = new List<string>();
        foreach (var part in pattern.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }
        return string.Join('/', parts);
    }

    private static string ToRegex(string pattern)
    {
        var regex = new StringBuilder();
        for (var index = 0; index < pattern.Length; index++)
        {
            var sign = pattern[index];
            if (pattern.AsSpan(index).StartsWith("**"))
            {
                index++;
                var slash = index + 1 < pattern.Length && pattern[index + 1] == '/';
                index += slash ? 1 : 0;
                regex.Append(slash ? "(?:.*/)?" : ".*");
            }
            else if (sign == '[' && pattern.IndexOf(']', index + 1) is var close and > 0)
            {
                var set = pattern[(index + 1)..close];
                regex.Append(set.StartsWith('^') ? "[^" : "[").Append(Regex.Escape(set.TrimStart('^')).Replace("]", "\\]", StringComparison.Ordinal)).Append(']');
                index = close;
            }
            else
            {
                regex.Append(sign switch
                {
                    '*' => "[^/]*",
                    '?' => "[^/]",
                    '\\' when index + 1 < pattern.Length => Regex.Escape(pattern[++index].ToString()),
                    _ => Regex.Escape(sign.ToString()),
                });
            }
        }
        return regex.ToString();
    }
}
