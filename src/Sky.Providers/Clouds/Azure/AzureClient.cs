using Azure.Core;
using Azure.ResourceManager;

namespace Sky.Providers.Clouds.Azure;

/// <summary>Azure's own client for its management, as we use it: which versions of its interfaces, which cloud, which way.</summary>
internal static class AzureClient
{
    private static readonly ArmEnvironment[] _environments = [ArmEnvironment.AzurePublicCloud, ArmEnvironment.AzureChina, ArmEnvironment.AzureGovernment];

    /// <summary>The version of each interface that we speak; with them the client asks for none.</summary>
    private static readonly Dictionary<string, string> _versions = new()
    {
        [AzureNames.Disks] = "2023-04-02",
        [AzureNames.Interfaces] = Network,
        [AzureNames.Addresses] = Network,
        [AzureNames.Networks] = Network,
        [AzureNames.SecurityGroups] = Network,
    };

    private const string Network = "2023-09-01";

    public static string Version(string type) => _versions[type];

    /// <summary>The audience of tokens: a sovereign cloud has its own.</summary>
    public static string Scope(Uri management) => Environment(management).DefaultScope;

    public static ArmClient Make(AzureSettings settings, TokenCredential credential)
    {
        var options = new ArmClientOptions { Environment = Environment(settings.Management) };
        foreach (var (type, version) in _versions)
        {
            options.SetApiVersion(new ResourceType(type), version);
        }

        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(30);
        if (settings.Management.Scheme == Uri.UriSchemeHttp)
        {
            options.Transport = new LoopbackTransport(settings.Management);
        }

        return new ArmClient(credential, settings.Subscription, options);
    }

    private static ArmEnvironment Environment(Uri management)
    {
        var known = Array.Find(_environments, one => one.Endpoint.Host == management.Host);
        return known.Endpoint is not null
            ? known
            : new ArmEnvironment(new UriBuilder(management) { Scheme = Uri.UriSchemeHttps }.Uri, ArmEnvironment.AzurePublicCloud.Audience);
    }
}
