using Azure.Identity;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Core.Specs;
using Sky.Providers.Aws;
using Sky.Providers.Images.Building;
using Sky.Providers.Images.Registries;
using Sky.Providers.Images.Scanning;
using Sky.Providers.Registries;

namespace Sky.Providers.Images;

/// <summary>All that has to do with images on one machine, put together from its environment.</summary>
public sealed class ImageTools : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly ImageBuilds _builds;
    private readonly IReadOnlyList<IImageScanner> _scanners;

    /// <param name="environment">The variables of this process.</param>
    /// <param name="time">The time.</param>
    /// <param name="handler">What carries requests; null: the usual.</param>
    public ImageTools(IReadOnlyDictionary<string, string> environment, TimeProvider time, HttpMessageHandler? handler = null)
    {
        string? Variable(string name) => environment.GetValueOrDefault(name);
        AwsJsonClient Ecr(string region) => new(_http!, Variable, time, EcrLogin.Service, region);
        _http = new HttpClient(handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = Patience };
        var tools = new ToolRunner(environment);
        var config = Variable("DOCKER_CONFIG") is { Length: > 0 } given ? given : Path.Combine(Variable("HOME") is { Length: > 0 } home ? home : "/", ".docker");
        var access = new RegistryAccess(
            environment, new DockerConfigFile(Path.Combine(config, "config.json"), new CredentialHelper()), [new EcrLogin(Ecr), new AcrLogin(_http, () => new DefaultAzureCredential())]);
        var registries = new RegistryClient(_http, access, Variable);
        _builds = new ImageBuilds(tools, new DockerTool(tools), registries, access, config, time);
        Resolver = new ImageResolver(registries, new EngineImages(Variable, config));
        _scanners = [new TrivyScanner(tools, access, time), new EcrScanner(Ecr, time)];
    }

    public IImageResolver Resolver { get; }

    /// <summary>Null for <see cref="Scanner.None"/>.</summary>
    public IImageScanner? ScannerOf(Scanner kind) => _scanners.FirstOrDefault(scanner => scanner.Kind == kind);

    /// <inheritdoc cref="ImageBuilds.EnsureAsync"/>
    public Task<BuiltImage> EnsureAsync(ImageSpec image, string fallback, TaskSpec task, Action<string> progress, CancellationToken cancellationToken) =>
        _builds.EnsureAsync(image, fallback, task, progress, cancellationToken);

    /// <summary>The image with its digest in its registry, after a push where it is not there.</summary>
    public async Task<BuiltImage> PushAsync(BuiltImage image, TaskSpec task, Action<string> progress, CancellationToken cancellationToken) =>
        image with { Digest = await _builds.PushAsync(image, task, progress, cancellationToken) };

    public void Dispose() => _http.Dispose();
}
