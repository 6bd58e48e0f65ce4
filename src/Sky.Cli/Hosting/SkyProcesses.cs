using Sky.Core.Processes;
using Sky.Core.Specs;

namespace Sky.Cli.Hosting;

/// <summary>The background processes of this machine, each this same program again.</summary>
internal static class SkyProcesses
{
    public static DetachedProcess StartController(CliContext context, Settings settings) =>
        DetachedProcess.Start(context.Self[0], [.. context.Self.Skip(1), "controller", "run"], settings.Home.ControllerLog, Environment(context, settings));

    public static DetachedProcess StartGateway(CliContext context, Settings settings)
    {
        // This program is built for runs of a moment. A gateway runs for long, and what the runtime learns while it does takes a tenth off the cost
        // of a request; the launcher does the same for one that a person starts.
        var environment = Environment(context, settings);
        environment["DOTNET_TieredPGO"] = "1";
        return DetachedProcess.Start(context.Self[0], [.. context.Self.Skip(1), "gateway", "run"], settings.Home.GatewayLog, environment);
    }

    // What the user's shell holds beyond this (keys, tokens) has no business in a process that outlives the shell.
    private static Dictionary<string, string> Environment(CliContext context, Settings settings)
    {
        var environment = new Dictionary<string, string>(settings.ToVariables());
        foreach (var name in (ReadOnlySpan<string>)["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SHELL", "DOTNET_ROOT", "XDG_RUNTIME_DIR", "LD_LIBRARY_PATH", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG"])
        {
            if (context.Variable(name) is { } value)
            {
                environment[name] = value;
            }
        }

        // Where a gateway sends its traces and metrics, and what the controller presents to servers of metrics.
        foreach (var (name, value) in context.Environment.Where(pair => pair.Key.StartsWith("OTEL_", StringComparison.Ordinal) || pair.Key.StartsWith(MetricSecrets.Prefix, StringComparison.Ordinal)))
        {
            environment[name] = value;
        }

        // Who the controller is at the clouds where it buys nodes and asks for secrets. A gateway has no use for it but to hand it on, when it starts a
        // controller that died. Replicas get none of it.
        foreach (var (name, value) in context.Environment.Where(pair => IsOfClouds(pair.Key)))
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>What the clouds' own libraries look for.</summary>
    private static bool IsOfClouds(string name) =>
        name.StartsWith("AWS_", StringComparison.Ordinal) || name.StartsWith("AZURE_", StringComparison.Ordinal) || name is "IDENTITY_ENDPOINT" or "IDENTITY_HEADER" or "IDENTITY_SERVER_THUMBPRINT" or "IMDS_ENDPOINT";
}
