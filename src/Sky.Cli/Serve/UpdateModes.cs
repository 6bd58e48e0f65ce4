using System.CommandLine.Parsing;
using Sky.Core.Services;

namespace Sky.Cli.Serve;

/// <summary>The words of <c>--mode</c>, in any case, with <c>-</c> or <c>_</c>.</summary>
internal static class UpdateModes
{
    public static UpdateMode Parse(ArgumentResult result)
    {
        var word = result.Tokens is [var token, ..] ? token.Value : "";
        switch (word.ToLowerInvariant().Replace('-', '_'))
        {
            case "rolling":
                return UpdateMode.Rolling;
            case "blue_green":
                return UpdateMode.BlueGreen;
            default:
                result.AddError($"--mode takes rolling or blue_green. Found: '{word}'");
                return default;
        }
    }
}
