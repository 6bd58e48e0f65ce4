using System.Globalization;
using System.Net;
using Sky.Core;
using Sky.Gateway.Hosting;
using Sky.Providers.Clouds;
using Sky.Providers.Clouds.Aws;
using Sky.Providers.Clouds.Azure;
using Sky.Providers.Clouds.Sim;
using Sky.Providers.Engines.Docker;

namespace Sky.Cli.Hosting;

/// <summary>The settings of a command: an option counts before its environment variable, and that before the default.</summary>
internal sealed record Settings
{
    public required SkyHome Home { get; init; }

    /// <summary>The variables of <see cref="Clouds"/>.</summary>
    public static IReadOnlyList<string> CloudVariables { get; } = [AllowedSources.Setting, .. AwsSettings.Variables, .. AzureSettings.Variables];

    public required Uri ControllerListen { get; init; }

    /// <summary>Where nodes call the controller; null: nowhere.</summary>
    public Uri? ControllerNodeListen { get; init; }

    /// <summary>The controller's address as bought nodes reach it; null: as it listens for nodes.</summary>
    public Uri? ControllerNodeUrl { get; init; }

    /// <summary>The one file that bought nodes run as <c>sky</c>; null: this program, where it is one file.</summary>
    public string? NodeProgram { get; init; }

    /// <summary>Null: the controller of this machine.</summary>
    public Uri? ControllerUrl { get; init; }

    /// <summary>Null: the token in <see cref="Home"/>.</summary>
    public string? ControllerToken { get; init; }

    public required Uri GatewayListen { get; init; }

    /// <summary>Where HTTPS is, for services with a certificate; a port beside that of <see cref="GatewayListen"/> by default.</summary>
    public required Uri GatewayTlsListen { get; init; }

    /// <summary>True when <see cref="GatewayTlsListen"/> was asked for; a default one that cannot be had is done without.</summary>
    public required bool GatewayTlsIsSet { get; init; }

    public Uri? GatewayH2cListen { get; init; }

    public required string GatewayDomain { get; init; }

    /// <summary>Seconds for requests in flight to finish when the gateway stops.</summary>
    public required int GatewayDrainSeconds { get; init; }

    /// <summary>The most bytes of a body that the gateway reads to find its model.</summary>
    public required long GatewayMaxBody { get; init; }

    /// <summary>Where the gateway serves its metrics to whoever reaches it; null: only on its other addresses, to operators.</summary>
    public Uri? GatewayMetricsListen { get; init; }

    /// <summary><c>off</c>, <c>stdout</c>, or the absolute path of a file.</summary>
    public required string GatewayAccessLog { get; init; }

    public string? TlsCert { get; init; }

    public string? TlsKey { get; init; }

    /// <summary>Allows addresses beyond loopback without TLS.</summary>
    public bool Insecure { get; init; }

    /// <summary>Lets requests without a key in.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>The image that <c>setup</c> and <c>run</c> of a file without one run in.</summary>
    public required string DockerBaseImage { get; init; }

    /// <summary>The settings of the simulated cloud; null: its defaults.</summary>
    public string? SimFile { get; init; }

    /// <summary>How nodes are made on AWS.</summary>
    public required AwsSettings Aws { get; init; }

    /// <summary>How nodes are made at Azure.</summary>
    public required AzureSettings Azure { get; init; }

    /// <summary>Those of clouds, as they were given, for a process that is started with the same.</summary>
    public required IReadOnlyDictionary<string, string> Clouds { get; init; }

    /// <summary>What users reach the gateway by, without a slash at the end.</summary>
    public required string GatewayUrl { get; init; }

    /// <summary>The same for services with a certificate of their own.</summary>
    public string GatewayTlsUrl => GatewayUrl.StartsWith("https:", StringComparison.Ordinal) ? GatewayUrl : PublicUrl(GatewayTlsListen);

    /// <param name="context">The environment.</param>
    /// <param name="option">The value of an option of the command line by its name (such as <c>--controller-listen</c>); null when not given.</param>
    public static Settings Read(CliContext context, Func<string, string?> option)
    {
        var reader = new SettingReader(context, option);
        var listen = reader.Url("SKY_GATEWAY_LISTEN", "http://127.0.0.1:30000");
        var tls = reader.OptionalUrl("SKY_GATEWAY_TLS_LISTEN");
        var root = reader.Text("SKY_HOME") ?? Path.Combine(context.Variable("HOME") ?? context.CurrentDirectory, ".skyswarm");
        var settings = new Settings
        {
            Home = new SkyHome(Path.GetFullPath(root, context.CurrentDirectory)),
            ControllerListen = reader.Url("SKY_CONTROLLER_LISTEN", "http://127.0.0.1:46590"),
            ControllerNodeListen = reader.OptionalUrl("SKY_CONTROLLER_NODE_LISTEN"),
            ControllerNodeUrl = reader.OptionalUrl("SKY_CONTROLLER_NODE_URL"),
            NodeProgram = reader.File("SKY_NODE_PROGRAM"),
            ControllerUrl = reader.OptionalUrl("SKY_CONTROLLER_URL"),
            ControllerToken = context.Variable("SKY_CONTROLLER_TOKEN"),
            GatewayListen = listen,
            GatewayTlsListen = tls ?? BesideTls(listen),
            GatewayTlsIsSet = tls is not null,
            GatewayH2cListen = reader.OptionalUrl("SKY_GATEWAY_H2C_LISTEN"),
            GatewayDomain = reader.Text("SKY_GATEWAY_DOMAIN") ?? "localhost",
            GatewayDrainSeconds = reader.Seconds("SKY_GATEWAY_DRAIN_SECONDS", GatewayOptions.DefaultDrainSeconds),
            GatewayMaxBody = reader.Bytes("SKY_GATEWAY_MAX_BODY", GatewayOptions.DefaultMaxBody),
            GatewayMetricsListen = reader.OptionalUrl("SKY_GATEWAY_METRICS_LISTEN"),
            GatewayAccessLog = reader.AccessLog("SKY_GATEWAY_ACCESS_LOG") ?? new SkyHome(Path.GetFullPath(root, context.CurrentDirectory)).AccessLog,
            TlsCert = reader.File("SKY_TLS_CERT"),
            TlsKey = reader.File("SKY_TLS_KEY"),
            Insecure = reader.Flag("SKY_INSECURE"),
            AllowAnonymous = reader.Flag("SKY_ALLOW_ANONYMOUS"),
            DockerBaseImage = reader.Text("SKY_DOCKER_BASE_IMAGE") ?? DockerEngineOptions.DefaultBaseImage,
            SimFile = reader.File("SKY_SIM_FILE"),
            Aws = reader.Checked(AwsSettings.Read),
            Azure = reader.Checked(AzureSettings.Read),
            Clouds = CloudVariables.Where(name => reader.Text(name) is not null).ToDictionary(name => name, name => reader.Text(name)!),
            GatewayUrl = reader.OptionalUrl("SKY_GATEWAY_URL")?.AbsoluteUri.TrimEnd('/') ?? PublicUrl(listen),
        };
        reader.CheckStore(settings.Home);
        settings.CheckTogether();
        return settings;
    }

    /// <summary>The variables that give a process started in the background the same settings.</summary>
    public IReadOnlyDictionary<string, string> ToVariables()
    {
        var variables = new Dictionary<string, string>
        {
            ["SKY_HOME"] = Home.Root,
            ["SKY_CONTROLLER_LISTEN"] = ControllerListen.OriginalString,
            ["SKY_GATEWAY_LISTEN"] = GatewayListen.OriginalString,
            ["SKY_GATEWAY_DOMAIN"] = GatewayDomain,
            ["SKY_GATEWAY_URL"] = GatewayUrl,
            ["SKY_GATEWAY_DRAIN_SECONDS"] = GatewayDrainSeconds.ToString(CultureInfo.InvariantCulture),
            ["SKY_DOCKER_BASE_IMAGE"] = DockerBaseImage,
            ["SKY_GATEWAY_MAX_BODY"] = GatewayMaxBody.ToString(CultureInfo.InvariantCulture),
        };
        Add("SKY_CONTROLLER_NODE_LISTEN", ControllerNodeListen?.OriginalString);
        Add("SKY_CONTROLLER_NODE_URL", ControllerNodeUrl?.OriginalString);
        Add("SKY_NODE_PROGRAM", NodeProgram);
        Add("SKY_GATEWAY_TLS_LISTEN", GatewayTlsIsSet ? GatewayTlsListen.OriginalString : null);
        Add("SKY_GATEWAY_H2C_LISTEN", GatewayH2cListen?.OriginalString);
        Add("SKY_GATEWAY_METRICS_LISTEN", GatewayMetricsListen?.OriginalString);
        Add("SKY_GATEWAY_ACCESS_LOG", GatewayAccessLog == Home.AccessLog ? null : GatewayAccessLog);
        Add("SKY_SIM_FILE", SimFile);
        foreach (var (name, value) in Clouds)
        {
            Add(name, value);
        }

        Add("SKY_TLS_CERT", TlsCert);
        Add("SKY_TLS_KEY", TlsKey);
        Add("SKY_INSECURE", Insecure ? "1" : null);
        Add("SKY_ALLOW_ANONYMOUS", AllowAnonymous ? "1" : null);
        return variables;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                variables[name] = value;
            }
        }
    }

    /// <summary>What there is in the simulated cloud.</summary>
    /// <exception cref="CliException">The file is not right.</exception>
    public SimSettings Sim()
    {
        try
        {
            return SimFile is null ? SimSettings.Default : SimSettings.Read(SimFile);
        }
        catch (FormatException wrong)
        {
            throw CliException.InputWrong($"SKY_SIM_FILE (--sim-file): {wrong.Message}");
        }
    }

    private void CheckTogether()
    {
        _ = Sim();
        if (File.Exists(Home.Root))
        {
            throw CliException.InputWrong($"SKY_HOME {Home.Root} is a file: it must be a folder, or a name that is free.");
        }

        if ((TlsCert is null) != (TlsKey is null))
        {
            throw CliException.InputWrong("SKY_TLS_CERT and SKY_TLS_KEY (--tls-cert, --tls-key) must be given together.");
        }

        if (ControllerNodeListen is { } nodes && nodes.Scheme != Uri.UriSchemeHttps)
        {
            throw CliException.InputWrong(
                $"SKY_CONTROLLER_NODE_LISTEN (--controller-node-listen) must be an https address such as https://0.0.0.0:46591: nodes are spoken to by TLS alone. Found: '{nodes.OriginalString}'");
        }

        if (ControllerNodeUrl is { } reached && reached.Scheme != Uri.UriSchemeHttps)
        {
            throw CliException.InputWrong($"SKY_CONTROLLER_NODE_URL (--controller-node-url) must be an https address such as https://203.0.113.7:46591. Found: '{reached.OriginalString}'");
        }

        if (!ControllerListen.IsLoopback || ControllerListen.Scheme != Uri.UriSchemeHttp)
        {
            throw CliException.InputWrong(
                $"SKY_CONTROLLER_LISTEN (--controller-listen) must be an http address of this machine alone, such as http://127.0.0.1:46590. Found: '{ControllerListen.OriginalString}'");
        }
    }

    // 30000 gives 30443; where that is no port, it wraps around.
    private static Uri BesideTls(Uri listen)
    {
        var port = listen.Port + 443;
        return new UriBuilder(listen) { Scheme = Uri.UriSchemeHttps, Port = port <= 65535 ? port : port - 1000 }.Uri;
    }

    private static string PublicUrl(Uri listen)
    {
        var any = listen.Host is "0.0.0.0" or "[::]" or "*" or "+";
        var url = any ? new UriBuilder(listen) { Host = Dns.GetHostName() }.Uri : listen;
        return url.GetLeftPart(UriPartial.Authority);
    }
}
