using System.Text.RegularExpressions;

namespace Sky.Core.Specs.Reading;

/// <summary>Whether a script takes the port it is given: it mentions <c>SKY_PORT</c> or <c>PORT</c> other than to set <c>PORT</c> itself.</summary>
internal static partial class PortMention
{
    public static bool Found(string? script)
    {
        if (script is null)
        {
            return false;
        }
        if (SkyPort().IsMatch(script))
        {
            return true;
        }
        // PORT=8080 fixes the port, whatever reads it later; PORT=${PORT:-8080} does not.
        var fixes = Assignment().Matches(script).Any(match => !Word().IsMatch(match.Groups[1].ValueSpan));
        return !fixes && Word().IsMatch(script);
    }

    [GeneratedRegex("(?<!\\w)SKY_PORT(?!\\w)", RegexOptions.CultureInvariant)]
    private static partial Regex SkyPort();

    [GeneratedRegex("(?<!\\w)PORT(?!\\w)", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex("(?<![\\w$\\{-])PORT=(\\S*)", RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();
}
