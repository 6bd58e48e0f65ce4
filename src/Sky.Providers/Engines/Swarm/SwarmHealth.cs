using System.Globalization;
using System.Text;
using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Providers.Engines.Docker;
using Sky.Providers.Secrets.Entry;

namespace Sky.Providers.Engines.Swarm;

/// <summary>
/// What lets a replica into its service's name: Swarm gives out a container's address once its health check has succeeded. The check is the service's own
/// readiness probe, sent from within by the entry helper. It never fails a container: that is the controller's to decide.
/// </summary>
internal sealed record SwarmHealth
{
    /// <summary>The file with the request; the helper and the scripts pass over its name when they look for secrets.</summary>
    public const string File = ".sky-probe";

    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(100);

    // The helper waits for most of an hour, whether it is for readiness or, after it, for nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>Nothing is checked, not even what the image brings along: Swarm would end what fails it.</summary>
    public static HealthcheckConfig None => new() { Test = ["NONE"] };

    public required HealthcheckConfig Check { get; init; }

    /// <summary>The HTTP request. It may hold secrets, and so comes as one.</summary>
    public required byte[] Request { get; init; }

    /// <summary>Pure; null where nothing is asked, or the helper does not run.</summary>
    public static SwarmHealth? Of(RunRequest request, string? architecture) => request.Probe is not { } probe || !EntryHelper.RunsOn(architecture) ? null : new SwarmHealth
    {
        Check = new HealthcheckConfig
        {
            Test =
            [
                "CMD", EntryScript.Helper, "-p", $"{EntryCommand.Folder}/{File}", request.ListenPort.ToString(CultureInfo.InvariantCulture),
                Millis(probe.TimeoutSeconds), Millis(probe.IntervalSeconds),
            ],
            Interval = Gap,
            Timeout = Patience,
            Retries = int.MaxValue,
        },
        Request = Encoding.UTF8.GetBytes(RequestOf(probe, request.ListenPort)),
    };

    private static string RequestOf(ReadinessProbeSpec probe, int port)
    {
        var body = probe.PostData?.GetRawText();
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Host"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}") };
        if (body is not null)
        {
            headers["Content-Type"] = "application/json";
        }

        // One that holds a line break would be two: the controller's client refuses it.
        foreach (var (name, value) in probe.Headers.Where(header => !$"{header.Key}{header.Value}".AsSpan().ContainsAny('\r', '\n')))
        {
            headers[name] = value;
        }

        if (body is not null)
        {
            headers["Content-Length"] = Encoding.UTF8.GetByteCount(body).ToString(CultureInfo.InvariantCulture);
        }

        // A path that is none is the controller's to tell.
        var path = Uri.TryCreate(new Uri("http://127.0.0.1/"), probe.Path, out var address) ? address.PathAndQuery : "/";
        headers["Connection"] = "close";
        return $"{(body is null ? "GET" : "POST")} {path} HTTP/1.1\r\n{string.Concat(headers.Select(header => $"{header.Key}: {header.Value}\r\n"))}\r\n{body}";
    }

    private static string Millis(double seconds) => Math.Max(1, (long)(seconds * 1000)).ToString(CultureInfo.InvariantCulture);
}
