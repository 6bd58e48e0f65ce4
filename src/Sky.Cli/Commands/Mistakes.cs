using System.Text.RegularExpressions;

namespace Sky.Cli.Commands;

/// <summary>What the parser says of a command line, without the names of its own types.</summary>
internal static partial class Mistakes
{
    public static string Plain(string message)
    {
        var match = TypeMistake().Match(message);
        if (!match.Success)
        {
            return message;
        }

        var (value, target, type) = (match.Groups["value"].Value, match.Groups["target"].Value, match.Groups["type"].Value);
        var wanted = type switch
        {
            _ when type.Contains("Int", StringComparison.Ordinal) => $"a whole number up to {int.MaxValue}",
            _ when type.Contains("Double", StringComparison.Ordinal) || type.Contains("Decimal", StringComparison.Ordinal) => "a number",
            _ when type.Contains("Boolean", StringComparison.Ordinal) => "true or false",
            _ => "something else",
        };
        return $"{target} takes {wanted}. Found: '{value}'";
    }

    [GeneratedRegex(@"^Cannot parse argument '(?<value>.*)' for (?:option|command) '(?<target>[^']*)' as expected type '(?<type>.*)'\.$", RegexOptions.Singleline)]
    private static partial Regex TypeMistake();
}
