using System.Collections.Concurrent;
using Amazon;
using Amazon.EC2;
using Amazon.Runtime;

namespace Sky.Providers.Clouds.Aws;

/// <summary>One client of EC2 for each region. Safe for concurrent use.</summary>
/// <param name="make">Makes that of a region.</param>
internal sealed class AwsClients(Func<string, IAmazonEC2> make) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<IAmazonEC2>> _clients = new(StringComparer.Ordinal);

    public IAmazonEC2 Of(string region) => _clients.GetOrAdd(region, name => new Lazy<IAmazonEC2>(() => make(name))).Value;

    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    /// <summary>How a client is set up: at the service's own address, or where the SDK's variables say.</summary>
    /// <param name="region">Such as <c>eu-central-1</c>.</param>
    /// <param name="variable">The environment.</param>
    /// <param name="retries">Repeats of one call by the SDK.</param>
    public static AmazonEC2Config Config(string region, Func<string, string?> variable, int retries)
    {
        var config = new AmazonEC2Config { RetryMode = RequestRetryMode.Standard, MaxErrorRetry = retries };
        if ((variable("AWS_ENDPOINT_URL_EC2") ?? variable("AWS_ENDPOINT_URL")) is { Length: > 0 } address)
        {
            config.ServiceURL = address;
            config.AuthenticationRegion = region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return config;
    }
}
