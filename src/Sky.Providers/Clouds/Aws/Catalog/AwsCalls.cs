using Amazon.EC2;
using Amazon.Runtime;
using Sky.Providers.Catalogs;

namespace Sky.Providers.Clouds.Aws.Catalog;

/// <summary>Calls to EC2 in many regions, a few at a time; pages, pauses after throttling and repeats are the SDK's.</summary>
/// <param name="client">One region's client; disposed after use.</param>
internal sealed class AwsCalls(Func<string, IAmazonEC2> client)
{
    // EC2 shares its request tokens between all callers of an account in a region; regions are independent of each other.
    private const int RegionsAtOnce = 6;

    /// <summary>Asks every region; what failed is told and missing in the answer.</summary>
    /// <exception cref="CatalogException">No region answered.</exception>
    public async Task<IReadOnlyDictionary<string, T>> AskAsync<T>(
        IReadOnlyList<string> regions, Func<IAmazonEC2, CancellationToken, Task<T>> ask, ICatalogProgress progress, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<string, T>(StringComparer.Ordinal);
        var failures = new Dictionary<string, string>(StringComparer.Ordinal);
        var done = 0;
        progress.Done(0, regions.Count);
        await Parallel.ForEachAsync(regions, new ParallelOptions { MaxDegreeOfParallelism = RegionsAtOnce, CancellationToken = cancellationToken }, async (region, token) =>
        {
            try
            {
                using var ec2 = client(region);
                var answer = await ask(ec2, token);
                lock (answers)
                {
                    answers[region] = answer;
                }
            }
            catch (Exception bad) when (bad is AmazonClientException or AmazonServiceException or HttpRequestException)
            {
                lock (answers)
                {
                    failures[region] = bad.Message;
                }
            }

            progress.Done(Interlocked.Increment(ref done), regions.Count);
        });
        if (answers.Count == 0)
        {
            throw new CatalogException($"AWS (EC2) cannot be asked: {failures.Values.FirstOrDefault() ?? "there is no region to ask"}");
        }

        foreach (var (region, why) in failures.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            progress.Left($"{region} stays as it was: {why}");
        }

        return answers;
    }

    /// <summary>The regions that the account may use.</summary>
    public async Task<IReadOnlyList<string>> RegionsAsync(string first, CancellationToken cancellationToken)
    {
        try
        {
            using var ec2 = client(first);
            var answer = await ec2.DescribeRegionsAsync(cancellationToken);
            return [.. (answer.Regions ?? []).Select(region => region.RegionName).Order(StringComparer.Ordinal)];
        }
        catch (Exception bad) when (bad is AmazonClientException or AmazonServiceException or HttpRequestException)
        {
            throw new CatalogException($"AWS (EC2 in {first}) cannot be asked for its regions: {bad.Message}", bad);
        }
    }
}
