using Sky.Core.Processes;

namespace Sky.Cli.Hosting;

/// <summary>The background processes of this machine, each this same program again.</summary>
internal static class SkyProcesses
{
    public static DetachedProcess StartController(CliContext context, Settings settings) =>
        Start(context, settings, settings.Home.ControllerLog, "controller", "run");

    public static DetachedProcess StartGateway(CliContext context, Settings settings) =>
        Start(context, settings, settings.Home.GatewayLog, "gateway", "run");

    private static DetachedProcess Start(CliContext context, Settings settings, string log, params string[] verb) =>
        DetachedProcess.Start(context.Self[0], [.. context.Self.Skip(1), .. verb], log, Environment(context, settings));

    // What the user's shell holds beyond this (keys, tokens) has no business in a process that outlives the shell.
    private static Dictionary<string, string> Environment(CliContext context, Settings settings)
    {
        var environment = new Dictionary<string, string>(settings.ToVariables());
        foreach (var name in (ReadOnlySpan<string>)["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SHELL", "DOTNET_ROOT", "XDG_RUNTIME_DIR", "LD_LIBRARY_PATH"])
        {
            if (context.Variable(name) is { } value)
            {
                environment[name] = value;
            }
        }

        // Where a gateway sends its traces and metrics.
        foreach (var (name, value) in context.Environment.Where(pair => pair.Key.StartsWith("OTEL_", StringComparison.Ordinal)))
        {
            environment[name] = value;
        }

        return environment;
    }
}
