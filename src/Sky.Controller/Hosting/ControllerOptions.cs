using Sky.Core;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Secrets;
using Sky.Core.Images;
using Sky.Core.Nodes;

namespace Sky.Controller.Hosting;

/// <summary>How a controller runs.</summary>
public sealed record ControllerOptions
{
    public required SkyHome Home { get; init; }

    /// <summary>Such as <c>http://127.0.0.1:46590</c>.</summary>
    public required Uri Listen { get; init; }

    /// <summary>The public URL of the gateway, without a slash at the end.</summary>
    public required string GatewayUrl { get; init; }

    /// <summary>The same for services with a certificate of their own; null: no different.</summary>
    public string? GatewayTlsUrl { get; init; }

    /// <summary>Where secrets that the controller fills in are held.</summary>
    public SecretResolver Secrets { get; init; } = SecretResolver.None;

    /// <summary>Who reads the metrics that services follow; what none reads is not known.</summary>
    public IReadOnlyList<IMetricReader> Metrics { get; init; } = [];

    /// <summary>The controller's own environment, for the secrets of metrics.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;

    /// <summary>Starts the gateway of this machine in the background when it is not running; null where gateways are run by someone else.</summary>
    public Action? StartGateway { get; init; }

    /// <summary>Tells which bytes the names of images stand for; null: versions keep the names.</summary>
    public IImageResolver? Images { get; init; }

    /// <summary>What containers of files without an image run in, by its name; null: engines alone know.</summary>
    public string? BaseImage { get; init; }

    /// <summary>First and last port that replicas of this machine are given.</summary>
    public (int First, int Last) ReplicaPorts { get; init; } = (20000, 29999);

    /// <summary>Where nodes call, such as <c>https://0.0.0.0:46591</c>; null: nowhere.</summary>
    public Uri? NodeListen { get; init; }

    /// <summary>The <c>sky</c> that nodes fetch from there, one file that runs by itself; null: none is given out.</summary>
    public string? NodeProgram { get; init; }
}
