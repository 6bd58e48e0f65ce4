using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Catalog;
using Sky.Core.Images;
using Sky.Core.Specs;
using Sky.Providers.Catalogs;
using Sky.Providers.Clouds.Azure.Catalog;
using Sky.Providers.Images.Registries;
using Sky.Providers.Metrics;
using Sky.Providers.Registries;
using Sky.Providers.Secrets;
using Sky.Providers.Tests.Catalogs;
using Sky.Providers.Tests.Images;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Azure;

/// <summary>The roles of single features in <c>deploy/azure</c> allow what the code calls for them, and nothing else. Which action a path needs is Azure's documentation.</summary>
public sealed class AzureFeatureRoleTests : IDisposable
{
    private const string Vm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm";
    private readonly HashSet<string> _needed = [];
    private readonly HttpClient _http;
    private Func<HttpRequestMessage, HttpResponseMessage> _answer = _ => StubHandler.Json("{}");

    public AzureFeatureRoleTests() => _http = new HttpClient(new StubHandler((request, _) =>
    {
        _needed.UnionWith(NeededFor(request));
        return _answer(request);
    }));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics()
    {
        _answer = _ => StubHandler.Json("""{"value": [{"timeseries": [{"data": [{"average": 3}]}]}]}""");
        var metric = new MetricSpec { Source = MetricSource.AzureMonitor, Target = 1, AzureMonitor = new AzureMonitorQuery(Vm, "Percentage CPU") };
        var reader = new AzureMonitorMetrics(
            new Uri("https://management.azure.com/"), () => new Somebody(), new AzureMonitorMetrics.MonitorOptions { Transport = new HttpClientTransport(_http) }, TimeProvider.System);
        Assert.Equal(3, await reader.ReadAsync(metric, _ => null, Cancel));
        Assert.Equal(DeployedPolicy.OfAzure("metrics.json"), _needed);
    }

    [Fact]
    public async Task Secrets()
    {
        _answer = request =>
        {
            // The library asks once without a token, to be told where to get one.
            if (request.Headers.Authorization is null)
            {
                return StubHandler.Challenge("Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://vault.azure.net\"");
            }

            var answer = StubHandler.Json("""{"value": "x", "id": "https://mine.vault.azure.net/secrets/a/1"}""");
            answer.Content.Headers.ContentType = new("application/json");
            return answer;
        };
        var provider = new AzureSecrets(() => new Somebody(), new SecretClientOptions { Transport = new HttpClientTransport(_http) });
        await provider.ResolveAsync(new SecretReference { From = "azure-keyvault", Vault = "mine", Name = "a" }, Cancel);
        Assert.Equal(DeployedPolicy.OfAzure("secrets.json"), _needed);
    }

    [Fact]
    public async Task Catalog()
    {
        _answer = request => StubHandler.Json(request.RequestUri!.AbsolutePath == "/subscriptions"
            ? """{"value": [{"subscriptionId": "s", "state": "Enabled"}]}"""
            : """{"value": [], "Items": []}""");
        await CatalogRefresh.RunAsync(EmbeddedCatalog.Read("azure"), AzureCatalog.Steps(_http, _ => null, TimeProvider.System, new Somebody()), new ProgressLog().Begin, Cancel);
        Assert.Equal(DeployedPolicy.OfAzure("catalog.json"), _needed);
    }

    [Fact]
    public async Task Images()
    {
        _answer = request => request.RequestUri!.AbsolutePath switch
        {
            "/oauth2/exchange" => StubHandler.Json("""{"refresh_token": "r"}"""),
            "/oauth2/token" => StubHandler.Json("""{"access_token": "a"}"""),
            _ when request.Headers.Authorization is null => StubHandler.Challenge("Bearer realm=\"https://team.azurecr.io/oauth2/token\",service=\"team.azurecr.io\""),
            _ => StubHandler.Digest("sha256:" + new string('0', 64)),
        };
        var access = new RegistryAccess(new Dictionary<string, string>(), new DockerConfigFile("/nonexistent", new CredentialHelper()), [new AcrLogin(_http, () => new Somebody())]);
        Assert.NotNull(await new RegistryClient(_http, access, _ => null).DigestAsync(ImageReference.Parse("team.azurecr.io/a:1")!, new TaskSpec(), Cancel));
        Assert.Equal(DeployedPolicy.OfAzure("images.json"), _needed);

        // What is pushed goes through Docker, as the role AcrPush lets it.
        Assert.Equal(["Microsoft.ContainerRegistry/registries/pull/read", "Microsoft.ContainerRegistry/registries/push/write"], DeployedPolicy.OfAzure("images-push.json").Order());
    }

    public void Dispose() => _http.Dispose();

    private static IEnumerable<string> NeededFor(HttpRequestMessage request)
    {
        var (host, path) = (request.RequestUri!.Host, request.RequestUri.AbsolutePath.Trim('/').Split('/'));
        Assert.True(request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || path[0] == "oauth2");
        return (host, path) switch
        {
            ("prices.azure.com", _) or (_, ["oauth2", ..]) => [],
            ("mine.vault.azure.net", ["secrets", ..]) => request.Headers.Authorization is null ? [] : ["Microsoft.KeyVault/vaults/secrets/getSecret/action"],
            ("team.azurecr.io", ["v2", ..]) => ["Microsoft.ContainerRegistry/registries/pull/read"],
            ("management.azure.com", ["subscriptions"]) => ["Microsoft.Resources/subscriptions/read"],
            ("management.azure.com", [.., "providers", var provider, var type]) => [$"{provider}/{type}/read"],
            _ => throw new InvalidOperationException($"nobody knows what {request.RequestUri} needs"),
        };
    }

    private sealed class Somebody : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
