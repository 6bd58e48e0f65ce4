using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.EC2;
using Amazon.Runtime;
using Microsoft.Extensions.Time.Testing;
using Sky.Core.Catalog;
using Sky.Providers.Aws;
using Sky.Providers.Catalogs;
using Sky.Providers.Clouds.Aws.Catalog;
using Sky.Providers.Tests.Images;
using Sky.Testing.Clouds.Aws;
using InstanceType = Sky.Core.Catalog.InstanceType;

namespace Sky.Providers.Tests.Catalogs;

/// <summary>EC2 as moto plays it, with AWS's recorded types and zones. moto has no price list: a server of our own answers as that is documented to.</summary>
public sealed class AwsCatalogTests
{
    private const string Region = "ca-west-1";
    private static readonly DateOnly _today = new(2026, 8, 1);
    private static readonly BasicAWSCredentials _nobody = new("test", "test");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromSeconds(5) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Types_zones_and_prices_are_read_anew()
    {
        Assert.SkipWhen(MotoServer.SkipReason is not null, MotoServer.SkipReason ?? "");
        await using var moto = await MotoServer.StartAsync();
        var before = Before();
        var progress = new ProgressLog();

        var after = await RefreshAsync(before, moto.Url, PriceList(("r7i.large", "0.146"), ("m6i.large", "0.112")), progress);

        Assert.Empty(after.Failed);
        Assert.Empty(progress.Sentences);
        Assert.Equal(["0/1", "1/1"], progress.Steps["EC2 instance types and their zones"]);
        var catalog = after.Catalog;
        Assert.Equal(new InstanceType { Name = "m6i.large", Cpus = 2, Memory = 8, Spot = true }, catalog.Types["m6i.large"]);
        var offer = catalog.Offers.Single(one => one is { Type: "m6i.large", Region: Region });
        Assert.Equal(["ca-west-1a", "ca-west-1b", "ca-west-1c"], offer.Zones);
        Assert.Equal((0.112, PriceStatus.Recorded, _today), (offer.OnDemand.Hourly, offer.OnDemand.Status, offer.OnDemand.Date));
        Assert.Equal(offer.Zones, offer.Spot.Keys.Order());
        Assert.All(offer.Spot.Values, price => Assert.True(price is { Status: PriceStatus.Recorded, Hourly: > 0 } && price.Date == _today));
        // What was said of a region that was not asked, and of a type that is gone from the one that was.
        Assert.Equal(before.Offers[0], catalog.Offers.Single(one => one.Region == "us-east-1") with { Spot = before.Offers[0].Spot });
        Assert.DoesNotContain(catalog.Offers, one => one.Type == "gone.large");
        Assert.All(CatalogPart.All, name => Assert.Equal(_today, catalog.Part(name)!.Date));
    }

    [Fact]
    public async Task A_part_that_fails_leaves_what_was_known_and_says_so()
    {
        Assert.SkipWhen(MotoServer.SkipReason is not null, MotoServer.SkipReason ?? "");
        await using var moto = await MotoServer.StartAsync();
        var progress = new ProgressLog();

        var after = await RefreshAsync(Before(), moto.Url, _ => new HttpResponseMessage(HttpStatusCode.Forbidden) { Content = new StringContent("""{"__type":"AccessDeniedException","message":"not you"}""") }, progress);

        Assert.Equal(["the AWS price list"], after.Failed);
        Assert.Contains("not you", Assert.Single(progress.Sentences), StringComparison.Ordinal);
        var old = after.Catalog.Part(CatalogPart.OnDemand)!;
        Assert.Equal(new DateOnly(2026, 1, 1), old.Date);
        Assert.Equal(0.1, after.Catalog.Offers.Single(one => one is { Type: "m6i.large", Region: Region }).OnDemand.Hourly);
        Assert.Equal(_today, after.Catalog.Part(CatalogPart.Spot)!.Date);
    }

    [Fact]
    public async Task A_region_that_cannot_be_asked_stays_as_it_was()
    {
        var before = Before();
        var progress = new ProgressLog();

        var after = await RefreshAsync(before, new Uri("http://127.0.0.1:1/"), PriceList(("m6i.large", "0.112")), progress);

        Assert.Equal(["EC2 instance types and their zones", "EC2 spot prices"], after.Failed);
        Assert.Equal(before.Types, after.Catalog.Types);
        Assert.Equal(0.112, after.Catalog.Offers.Single(one => one is { Type: "m6i.large", Region: Region }).OnDemand.Hourly);
    }

    private static CloudCatalog Before()
    {
        var old = new DateOnly(2026, 1, 1);
        var price = CatalogPrice.Recorded(0.1, old, "before");
        return new CloudCatalog
        {
            Cloud = "aws",
            Parts = [.. CatalogPart.All.Select(name => new CatalogPart(name, old, "before"))],
            Types = new[] { "m6i.large", "gone.large" }.ToDictionary(name => name, name => new InstanceType { Name = name, Cpus = 1, Memory = 1 }),
            Offers =
            [
                new RegionOffer { Type = "m6i.large", Region = "us-east-1", Zones = ["us-east-1a"], OnDemand = price },
                new RegionOffer { Type = "m6i.large", Region = Region, Zones = ["ca-west-1a"], OnDemand = price },
                new RegionOffer { Type = "gone.large", Region = Region, Zones = ["ca-west-1a"], OnDemand = price },
            ],
        };
    }

    private async Task<CatalogRefreshed> RefreshAsync(CloudCatalog before, Uri ec2, Func<HttpRequestMessage, HttpResponseMessage> prices, ProgressLog progress)
    {
        using var http = new HttpClient(new StubHandler((request, _) => prices(request)));
        var list = new AwsJsonClient(http, _ => null, _time, AwsPriceList.Service, AwsPriceList.Region, _nobody);
        var steps = AwsCatalog.Steps(
            region => new AmazonEC2Client(_nobody, new AmazonEC2Config { ServiceURL = ec2.ToString(), AuthenticationRegion = region, MaxErrorRetry = 0 }), list, _ => null, _time, [Region]);
        return await CatalogRefresh.RunAsync(before, steps, progress.Begin, Token);
    }

    /// <summary>Two prices a page, as text in JSON, and one product that is not sold by the hour.</summary>
    private static Func<HttpRequestMessage, HttpResponseMessage> PriceList(params (string Type, string Price)[] prices) => request =>
    {
        Assert.Equal("AWSPriceListService.GetProducts", request.Headers.GetValues("X-Amz-Target").Single());
        var asked = JsonNode.Parse(request.Content!.ReadAsStringAsync(Token).Result)!;
        var filters = asked["Filters"]!.AsArray().ToDictionary(filter => (string)filter!["Field"]!, filter => (string)filter!["Value"]!);
        Assert.Equal("Linux", filters["operatingSystem"]);
        if (filters["regionCode"] != Region)
        {
            return Json(new JsonObject { ["PriceList"] = new JsonArray() });
        }

        var at = int.Parse((string?)asked["NextToken"] ?? "0", null);
        var page = new JsonObject { ["PriceList"] = new JsonArray(Product(prices[at].Type, "Hrs", prices[at].Price), Product("m6i.large", "Quantity", "9")) };
        if (at + 1 < prices.Length)
        {
            page["NextToken"] = $"{at + 1}";
        }

        return Json(page);
    };

    private static string Product(string type, string unit, string price) => new JsonObject
    {
        ["product"] = new JsonObject { ["attributes"] = new JsonObject { ["instanceType"] = type } },
        ["terms"] = new JsonObject
        {
            ["OnDemand"] = new JsonObject
            {
                ["A.B"] = new JsonObject
                {
                    ["priceDimensions"] = new JsonObject { ["A.B.C"] = new JsonObject { ["unit"] = unit, ["pricePerUnit"] = new JsonObject { ["USD"] = price } } },
                },
            },
        },
    }.ToJsonString();

    private static HttpResponseMessage Json(JsonObject content) => new(HttpStatusCode.OK) { Content = new StringContent(content.ToJsonString()) };
}
