using Sky.Cli.Hosting;
using Sky.Cli.Terminal;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Cli.Serve;

/// <summary>How <c>up</c> ends: name, endpoint, a request that is answered, and what to do next.</summary>
internal sealed class UsefulCommands(CliContext context, Settings settings)
{
    /// <param name="service">The service.</param>
    /// <param name="serving">What its file says of it.</param>
    /// <param name="keysExist">Requests need a key: the line with a request shows where one goes.</param>
    public void Show(ServiceView service, ServingSpec serving, bool keysExist)
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
        var certFile = serving.Tls?.CertFile ?? settings.TlsCert;
        var target = CurlTarget.Of(endpoint, name, settings.GatewayDomain, certFile, context.Time.GetUtcNow());
        var needsKey = keysExist && serving.Auth is ServiceAuth.Gateway && !settings.AllowAnonymous;
        screen.Line("└── To send a test request:     " + Curl(target, TestRequest.Of(target.Url.TrimEnd('/'), name, serving), needsKey));
    }

    /// <summary>A line for a shell.</summary>
    internal static string Curl(CurlTarget target, TestRequest request, bool withKey = false)
    {
        var url = ShellText.Quote(request.Url) + (withKey ? " -H \"Authorization: Bearer $SKY_API_KEY\"" : "");
        return request.Body is { } body
            ? $"curl {target.Options}{url} -H 'Content-Type: application/json' -d {ShellText.InQuotes(body)}"
            : $"curl {target.Options}{url}";
    }
}
