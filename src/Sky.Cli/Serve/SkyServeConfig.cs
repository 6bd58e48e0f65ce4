using System.CommandLine;

namespace Sky.Cli.Serve;

/// <summary>SkyServe's <c>--config</c>, which every verb of it takes.</summary>
internal static class SkyServeConfig
{
    public static Option<string[]> Option() => new("--config")
    {
        Description = "Accepted for SkyServe's sake; not acted on.",
        HelpName = "KEY=VALUE",
        AllowMultipleArgumentsPerToken = false,
    };

    public static void Warn(CliContext context, ParseResult parsed, Option<string[]> option)
    {
        if (parsed.GetValue(option) is { Length: > 0 })
        {
            context.Screen.Warn("--config is accepted and not acted on.");
        }
    }
}
