using Amazon.EC2;
using Sky.Providers.Aws;
using Sky.Providers.Catalogs;

namespace Sky.Providers.Clouds.Aws.Catalog;

/// <summary>How AWS's catalog is brought up to date: hardware and zones, then prices.</summary>
public static class AwsCatalog
{
    // A refresh may take its time; being slowed down must not end it.
    private const int Retries = 5;

    /// <param name="http">For the price list.</param>
    /// <param name="variable">The environment: <c>AWS_REGION</c>, and the SDK's own settings, such as <c>AWS_ENDPOINT_URL</c>.</param>
    /// <param name="time">The dates of what is found.</param>
    /// <param name="only">Regions to ask; none: all that the account may use.</param>
    public static IReadOnlyList<CatalogStep> Steps(HttpClient http, Func<string, string?> variable, TimeProvider time, IReadOnlyList<string> only) =>
        Steps(region => Client(region, variable), new AwsJsonClient(http, variable, time, AwsPriceList.Service, AwsPriceList.Region), variable, time, only);

    /// <summary>The same with given clients.</summary>
    internal static IReadOnlyList<CatalogStep> Steps(
        Func<string, IAmazonEC2> client, AwsJsonClient prices, Func<string, string?> variable, TimeProvider time, IReadOnlyList<string> only)
    {
        var calls = new AwsCalls(client);
        var first = variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? AwsPriceList.Region;
        return
        [
            new AwsOffers(calls, token => only.Count > 0 ? Task.FromResult(only) : calls.RegionsAsync(first, token), time).Step,
            new AwsPriceList(prices, only, time).Step,
            new AwsSpotPrices(calls, only, time).Step,
        ];
    }

    private static AmazonEC2Client Client(string region, Func<string, string?> variable) => new(AwsClients.Config(region, variable, Retries));
}
