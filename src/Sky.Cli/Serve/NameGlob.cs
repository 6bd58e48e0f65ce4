using System.Text;
using System.Text.RegularExpressions;

namespace Sky.Cli.Serve;

/// <summary>A service name as written for <c>down</c>: exact, or a pattern of a shell (<c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[!abc]</c>).</summary>
internal sealed class NameGlob
{
    private readonly Regex? _regex;

    public NameGlob(string text)
    {
        Text = text;
        _regex = text.AsSpan().IndexOfAny("*?[") < 0 ? null : new Regex(ToRegex(text), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    public string Text { get; }

    public bool IsPattern => _regex is not null;

    /// <summary>Case counts, and <c>_</c> is only itself.</summary>
    public bool Matches(string name) => _regex?.IsMatch(name) ?? name == Text;

    private static string ToRegex(string pattern)
    {
        var regex = new StringBuilder("^");
        for (var index = 0; index < pattern.Length; index++)
        {
            switch (pattern[index])
            {
                case '*':
                    regex.Append(".*");
                    break;
                case '?':
                    regex.Append('.');
                    break;
                case '[' when pattern.IndexOf(']', Math.Min(index + 2, pattern.Length)) is > 0 and var end:
                    regex.Append(Set(pattern[(index + 1)..end]));
                    index = end;
                    break;
                case var sign:
                    regex.Append(Regex.Escape(sign.ToString()));
                    break;
            }
        }

        return regex.Append("\\z").ToString();
    }

    private static string Set(string inner)
    {
        var negated = inner[0] is '!' or '^';
        var signs = (negated ? inner[1..] : inner)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("[", "\\[", StringComparison.Ordinal)
            .Replace("]", "\\]", StringComparison.Ordinal)
            .Replace("^", "\\^", StringComparison.Ordinal);
        return $"[{(negated ? "^" : "")}{signs}]";
    }
}
