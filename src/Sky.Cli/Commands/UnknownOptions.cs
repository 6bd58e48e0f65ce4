using System.CommandLine;
using System.CommandLine.Parsing;

namespace Sky.Cli.Commands;

/// <summary>Words of a command line that are written like options and are none, wherever the parser put them.</summary>
internal static class UnknownOptions
{
    public static IReadOnlyList<string> In(ParseResult parsed)
    {
        var literal = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Select(token => token.Value).ToHashSet();
        return parsed.CommandResult.Command.Arguments
            .SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? [])
            .Select(token => token.Value)
            .Concat(parsed.UnmatchedTokens)
            .Where(word => word is ['-', not (>= '0' and <= '9'), ..] && word != "--" && !literal.Contains(word))
            .Select(word => word.Split('=')[0])
            .Distinct()
            .ToList();
    }
}
