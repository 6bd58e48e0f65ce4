using Amazon.EC2;
using Amazon.EC2.Model;
using Sky.Core.Catalog;
using Sky.Providers.Catalogs;
using InstanceType = Sky.Core.Catalog.InstanceType;

namespace Sky.Providers.Clouds.Aws.Catalog;

/// <summary>Hardware and zones from EC2: <c>DescribeInstanceTypes</c> and <c>DescribeInstanceTypeOfferings</c> of every region.</summary>
internal sealed class AwsOffers(AwsCalls calls, Func<CancellationToken, Task<IReadOnlyList<string>>> regions, TimeProvider time)
{
    public CatalogStep Step => new("EC2 instance types and their zones", RunAsync);

    private async Task<CloudCatalog> RunAsync(CloudCatalog before, ICatalogProgress progress, CancellationToken cancellationToken)
    {
        var answers = await calls.AskAsync(await regions(cancellationToken), AskAsync, progress, cancellationToken);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var prices = before.Offers.ToDictionary(offer => (offer.Type, offer.Region));
        // Regions that did not answer, and types that only they have, stay.
        var kept = before.Offers.Where(offer => !answers.ContainsKey(offer.Region));
        var asked = answers.SelectMany(answer => answer.Value.Zones.Select(pair =>
            (prices.GetValueOrDefault((pair.Key, answer.Key)) ?? new RegionOffer { Type = pair.Key, Region = answer.Key }) with { Zones = pair.Value }));
        List<RegionOffer> offers = [.. kept.Concat(asked).OrderBy(offer => offer.Type, StringComparer.Ordinal).ThenBy(offer => offer.Region, StringComparer.Ordinal)];
        var types = new Dictionary<string, InstanceType>(before.Types, StringComparer.Ordinal);
        foreach (var type in answers.Values.SelectMany(answer => answer.Types))
        {
            types[type.Name] = type;
        }

        var offered = offers.Select(offer => offer.Type).ToHashSet(StringComparer.Ordinal);
        return (before with
        {
            Types = types.Where(pair => offered.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal),
            Offers = [.. offers.Where(offer => types.ContainsKey(offer.Type))],
        })
        .With(new CatalogPart(CatalogPart.Hardware, today, "EC2 DescribeInstanceTypes"))
        .With(new CatalogPart(CatalogPart.Offers, today, "EC2 DescribeInstanceTypeOfferings"));
    }

    private static async Task<(IReadOnlyList<InstanceType> Types, IReadOnlyDictionary<string, IReadOnlyList<string>> Zones)> AskAsync(IAmazonEC2 ec2, CancellationToken cancellationToken)
    {
        List<InstanceType> types = [];
        await foreach (var page in ec2.Paginators.DescribeInstanceTypes(new DescribeInstanceTypesRequest { MaxResults = 100 }).Responses.WithCancellation(cancellationToken))
        {
            types.AddRange((page.InstanceTypes ?? []).Where(AwsTypes.IsKept).Select(AwsTypes.Of));
        }

        var kept = types.Select(type => type.Name).ToHashSet(StringComparer.Ordinal);
        var zones = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var request = new DescribeInstanceTypeOfferingsRequest { LocationType = LocationType.AvailabilityZone, MaxResults = 1000 };
        await foreach (var page in ec2.Paginators.DescribeInstanceTypeOfferings(request).Responses.WithCancellation(cancellationToken))
        {
            foreach (var offering in (page.InstanceTypeOfferings ?? []).Where(offering => kept.Contains(offering.InstanceType.Value)))
            {
                (zones.TryGetValue(offering.InstanceType.Value, out var list) ? list : zones[offering.InstanceType.Value] = []).Add(offering.Location);
            }
        }

        return (types, zones.ToDictionary(pair => pair.Key, IReadOnlyList<string> (pair) => [.. pair.Value.Order(StringComparer.Ordinal)], StringComparer.Ordinal));
    }
}
