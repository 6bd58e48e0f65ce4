using Sky.Core;
using Sky.Core.Secrets;

namespace Sky.Gateway.Hosting;

/// <summary>How a gateway runs.</summary>
public sealed record GatewayOptions
{
    public const int DefaultDrainSeconds = 30;
    public const long DefaultMaxBody = 32 << 20;

    public required SkyHome Home { get; init; }

    /// <summary>Such as <c>http://127.0.0.1:30000</c>; an <c>https</c> address needs a certificate.</summary>
    public required Uri Listen { get; init; }

    /// <summary>HTTPS (HTTP/1.1 and HTTP/2) beside <see cref="Listen"/>, with the certificates of services and of <see cref="TlsCert"/>; null for none.</summary>
    public Uri? TlsListen { get; init; }

    /// <summary>HTTP/2 without TLS (h2c, prior knowledge), an address of its own; null for none.</summary>
    public Uri? H2cListen { get; init; }

    /// <summary>Where <c>/metrics</c> is served to whoever reaches it, without a key; null: only on the other addresses, to operators.</summary>
    public Uri? MetricsListen { get; init; }

    /// <summary>Where one line for each request goes: <c>off</c>, <c>stdout</c>, or the path of a file.</summary>
    public string AccessLog { get; init; } = "off";

    /// <summary>The variables of OpenTelemetry (<c>OTEL_…</c>); without an endpoint among them nothing is sent.</summary>
    public IReadOnlyDictionary<string, string> OpenTelemetry { get; init; } = new Dictionary<string, string>();

    public string? TlsCert { get; init; }

    public string? TlsKey { get; init; }

    /// <summary>Allows an address beyond loopback without TLS.</summary>
    public bool Insecure { get; init; }

    /// <summary>Lets requests without a key in, and allows an address beyond loopback while there are no keys.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary><c>&lt;name&gt;.&lt;domain&gt;</c> is the host name of a service.</summary>
    public string Domain { get; init; } = "localhost";

    /// <summary>The controllers' API.</summary>
    public required Uri Controller { get; init; }

    /// <summary>The controllers' API token.</summary>
    public required string Token { get; init; }

    /// <summary>The token as it is now, asked when <see cref="Token"/> is refused; null where it cannot change.</summary>
    public Func<string?>? LookForToken { get; init; }

    /// <summary>Starts the controller of this machine in the background when it is not running; null where controllers are run by someone else.</summary>
    public Action? StartController { get; init; }

    /// <summary>Seals the services with a secret (what is presented to replicas, headers of a probe) in what is kept on disk; null: they are left out of it.</summary>
    public ISealer? Sealer { get; init; }

    /// <summary>To open a connection to a replica.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For a replica to answer with the response's headers, once it has the request.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>For a client to send the headers of a request, once it has begun.</summary>
    public TimeSpan ClientHeadersTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the body of a request may come slower than a hundred bytes a second on average.</summary>
    public TimeSpan UploadGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most bytes of a body that is read to find its model.</summary>
    public long MaxBody { get; init; } = DefaultMaxBody;

    /// <summary>The most bytes of all bodies that are held at a time because their models were read.</summary>
    public long BodyRoom { get; init; } = 1 << 30;

    /// <summary>For requests in flight to finish when the gateway is told to stop; what is left then is cut. As Kubernetes' grace period.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(DefaultDrainSeconds);
}
