using Amazon.Runtime;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Providers.Clouds;
using Sky.Providers.Clouds.Aws;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>When AWS offers something, and what.</summary>
public sealed class AwsOfferingsTests(AwsFixture fixture) : AwsCloudTestBase(fixture), IClassFixture<AwsFixture>
{
    private int _asked;

    [Fact]
    public async Task Without_addresses_that_may_reach_nodes_it_offers_nothing_and_asks_nobody()
    {
        Settings = Settings with { Sources = AllowedSources.None };
        var refused = await Assert.ThrowsAsync<CloudException>(() => Start(credentials: Credentials).ListOfferingsAsync(Cancel));
        Assert.Equal(CloudFailure.Unauthorized, refused.Failure);
        Assert.Contains("SKY_CLOUD_ALLOW_FROM", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, _asked);
        Assert.Empty(Proxy.Calls);
    }

    [Fact]
    public async Task Without_credentials_it_says_how_to_give_some_and_asks_again_only_after_a_while()
    {
        var cloud = Start(credentials: () =>
        {
            _asked++;
            throw new AmazonClientException("none");
        });
        for (var i = 0; i < 3; i++)
        {
            var refused = await Assert.ThrowsAsync<CloudException>(() => cloud.ListOfferingsAsync(Cancel));
            Assert.Equal(CloudFailure.Unauthorized, refused.Failure);
            Assert.Contains("AWS_ACCESS_KEY_ID", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, _asked);
        Assert.Empty(Proxy.Calls);
        Time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<CloudException>(() => cloud.ListOfferingsAsync(Cancel));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_search_for_credentials_that_finds_no_end_is_given_up()
    {
        var cloud = Start(credentials: () => new TaskCompletionSource().Task);
        Assert.Equal(CloudFailure.Unauthorized, (await Assert.ThrowsAsync<CloudException>(() => Passing(cloud.ListOfferingsAsync(Cancel)))).Failure);
    }

    [Fact]
    public async Task It_offers_the_catalog_of_its_regions_as_one_list_that_stays()
    {
        var cloud = Start();
        var offerings = await cloud.ListOfferingsAsync(Cancel);
        Assert.Same(offerings, await cloud.ListOfferingsAsync(Cancel));
        Assert.Equal(["eu-central-1", "us-east-1"], offerings.Select(offering => offering.Region).Distinct().Order());
        Assert.All(offerings, offering => Assert.Equal(("aws", false, $"swarm/aws-{offering.Region}"), (offering.Cloud, offering.Owned, offering.Engine)));
        Assert.Contains(offerings, offering => offering.Accelerator == "L4" && offering.UseSpot);
        Assert.DoesNotContain(offerings, offering => offering.Accelerator?.StartsWith("Trainium", StringComparison.Ordinal) == true);
        Assert.False(cloud is ICloud { OnlyByName: true });
        Assert.Empty(Proxy.Calls);
        Assert.Contains("SKY_AWS_REGIONS", cloud.WhyNotIn("eu-west-3"), StringComparison.Ordinal);
        Assert.Null(cloud.WhyNotIn("us-east-1"));
    }

    [Fact]
    public async Task Without_a_choice_it_is_all_regions_of_the_account()
    {
        Settings = Settings with { Regions = [] };
        var cloud = Start();
        var regions = (await cloud.ListOfferingsAsync(Cancel)).Select(offering => offering.Region!).ToHashSet();
        var sold = EmbeddedCatalog.Read("aws").Offers.Select(offer => offer.Region).ToHashSet();
        Assert.True(regions.Count > 10 && regions.IsSubsetOf(sold));
        await cloud.ListOfferingsAsync(Cancel);
        Assert.Single(Proxy.Calls, call => call.Action == "DescribeRegions");
    }

    [Fact]
    public async Task An_image_for_other_accelerators_makes_them_be_offered()
    {
        Settings = Settings with { GpuImage = AwsImageChoice.Parse("self/neuron-*") };
        Assert.Contains(await Start().ListOfferingsAsync(Cancel), offering => offering.Accelerator == "Inferentia2");
    }

    private Task Credentials()
    {
        _asked++;
        return Task.CompletedTask;
    }
}
