using Sky.Cli.Terminal;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Cli.Serve;

/// <summary>How <c>up</c> ends: name, endpoint, a request that is answered, and what to do next.</summary>
internal sealed class UsefulCommands(CliContext context)
{
    public void Show(ServiceView service, ReadinessProbeSpec probe)
    {
        var screen = context.Screen;
        var (sky, name, endpoint) = (context.ProgramName, service.Name, service.Endpoint ?? "-");
        screen.Line($"Service name: {screen.Paint(Colors.Cyan, name)}");
        screen.Line($"Endpoint URL: {screen.Paint(Colors.Cyan, endpoint)}");
        screen.Line("Useful Commands");
        screen.Line($"├── To check service status:    {sky} serve status {name} [--endpoint]");
        screen.Line($"├── To teardown the service:    {sky} serve down {name}");
        screen.Line($"├── To see replica logs:        {sky} serve logs {name} [REPLICA_ID]");
        screen.Line($"├── To see load balancer logs:  {sky} serve logs --load-balancer {name}");
        screen.Line($"├── To see controller logs:     {sky} serve logs --controller {name}");
        screen.Line($"├── To monitor the status:      {sky} serve status {name} --watch");
        screen.Line("└── To send a test request:     " + Curl(endpoint, probe));
    }

    /// <summary>The readiness probe's own request: what a replica is known to answer.</summary>
    internal static string Curl(string endpoint, ReadinessProbeSpec probe)
    {
        var url = endpoint.TrimEnd('/') + probe.Path;
        var quoted = url.AsSpan().IndexOfAny("?&;*[]{}$'\" ") < 0 ? url : Quote(url);
        return probe.PostData is { } body
            ? $"curl {quoted} -H 'Content-Type: application/json' -d {Quote(body.ToString())}"
            : $"curl {quoted}";
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
