using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Time.Testing;
using Sky.Core.Catalog;
using Sky.Providers.Catalogs;
using Sky.Providers.Clouds.Azure.Catalog;
using Sky.Providers.Tests.Images;

namespace Sky.Providers.Tests.Catalogs;

/// <summary>Azure's management and its retail prices as they are documented to answer; the real ones are not asked.</summary>
public sealed class AzureCatalogTests
{
    private static readonly DateOnly _today = new(2026, 8, 1);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ProgressLog _progress = new();
    private readonly Dictionary<string, string> _settings = new() { ["AZURE_SUBSCRIPTION_ID"] = "sub" };
    private readonly List<Uri> _asked = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sizes_zones_and_prices_are_read_page_by_page()
    {
        var after = await RefreshAsync(Before(), Answer);

        Assert.Empty(after.Failed);
        var catalog = after.Catalog;
        // A size that shares a card keeps what is known of its share; its processors are Azure's to tell.
        Assert.Equal(new InstanceType { Name = "Standard_NV6ads_A10_v5", Cpus = 6, Memory = 55, Accelerator = "A10", AcceleratorCount = 1.0 / 6, AcceleratorMemory = 4, Spot = true }, catalog.Types["Standard_NV6ads_A10_v5"]);
        Assert.Equal(new InstanceType { Name = "Standard_ND96isr_H200_v5", Cpus = 96, Memory = 1850, Accelerator = "H200", AcceleratorCount = 8, AcceleratorMemory = 141 }, catalog.Types["Standard_ND96isr_H200_v5"]);
        Assert.DoesNotContain("Standard_NX1_Odd_v1", catalog.Types.Keys);
        Assert.DoesNotContain("Standard_D2s_v3", catalog.Types.Keys);
        Assert.Equal(["1", "3"], Offer(catalog, "Standard_NV6ads_A10_v5", "eastus").Zones);
        Assert.DoesNotContain(catalog.Offers, offer => offer.Region == "closed");

        var price = Offer(catalog, "Standard_NV6ads_A10_v5", "eastus");
        Assert.Equal((0.454, PriceStatus.Recorded, _today), (price.OnDemand.Hourly, price.OnDemand.Status, price.OnDemand.Date));
        Assert.Equal(0.09, price.SpotIn("1").Hourly);
        Assert.Equal(PriceStatus.Unknown, Offer(catalog, "Standard_ND96isr_H200_v5", "westus").OnDemand.Status);
        Assert.All(CatalogPart.All, name => Assert.Equal(_today, catalog.Part(name)!.Date));
        Assert.Empty(_progress.Sentences);
    }

    [Fact]
    public async Task Without_an_identity_prices_are_refreshed_all_the_same_and_regions_are_those_with_a_price()
    {
        var after = await RefreshAsync(Before(), Answer, new Nobody());

        Assert.Equal(["Azure's sizes, regions and zones"], after.Failed);
        Assert.Contains("az login", Assert.Single(_progress.Sentences), StringComparison.Ordinal);
        Assert.Equal(0.454, Offer(after.Catalog, "Standard_NV6ads_A10_v5", "eastus").OnDemand.Hourly);
        Assert.Equal(0.5, Offer(after.Catalog, "Standard_NV6ads_A10_v5", "westus").OnDemand.Hourly);
        Assert.Equal("before", after.Catalog.Part(CatalogPart.Hardware)!.Source);
    }

    [Fact]
    public async Task A_server_that_says_to_wait_is_waited_for()
    {
        var refusals = 2;
        var refresh = RefreshAsync(Before(), request =>
        {
            if (request.RequestUri!.Host != "prices.azure.com" || refusals-- <= 0)
            {
                return Answer(request);
            }

            var busy = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
            busy.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(30));
            return busy;
        });
        var began = _time.GetUtcNow();
        while (!refresh.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Token);
        }

        Assert.Empty((await refresh).Failed);
        Assert.InRange((_time.GetUtcNow() - began).TotalSeconds, 60, double.MaxValue);
        Assert.Equal(4, _asked.Count(address => address.Host == "prices.azure.com"));
    }

    [Fact]
    public async Task The_only_subscription_is_found_and_of_several_one_must_be_named()
    {
        _settings.Clear();
        Assert.Empty((await RefreshAsync(Before(), Answer)).Failed);

        var after = await RefreshAsync(Before(), request => request.RequestUri!.AbsolutePath == "/subscriptions"
            ? Json("""{"value": [{"subscriptionId": "a", "state": "Enabled"}, {"subscriptionId": "b", "state": "Enabled"}]}""")
            : Answer(request));
        Assert.Single(after.Failed);
        Assert.Contains("AZURE_SUBSCRIPTION_ID", _progress.Sentences[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_goes_to_no_other_server()
    {
        var after = await RefreshAsync(Before(), request => request.RequestUri!.AbsolutePath.EndsWith("/skus", StringComparison.Ordinal)
            ? Json("""{"value": [], "nextLink": "https://elsewhere.example/skus"}""")
            : Answer(request));

        Assert.Single(after.Failed);
        Assert.DoesNotContain(_asked, address => address.Host == "elsewhere.example");

        _settings[AzureCatalog.ManagementSetting] = "http://management.example/";
        await RefreshAsync(Before(), Answer);
        Assert.DoesNotContain(_asked, address => address.Host == "management.example");
    }

    [Fact]
    public async Task An_answer_of_another_form_leaves_what_was_known()
    {
        var before = Before();
        var after = await RefreshAsync(before, _ => Json("""{"value": [{"odd": true}], "Items": [{"odd": true}]}"""));

        Assert.Equal(2, after.Failed.Count);
        Assert.Equal(0, after.Succeeded);
        Assert.Same(before, after.Catalog);
    }

    private static CloudCatalog Before() => new()
    {
        Cloud = "azure",
        Parts = [new CatalogPart(CatalogPart.Hardware, null, "before"), new CatalogPart(CatalogPart.Offers, null, "before")],
        Types = new Dictionary<string, InstanceType>
        {
            ["Standard_NV6ads_A10_v5"] = new() { Name = "Standard_NV6ads_A10_v5", Cpus = 1, Memory = 1, Accelerator = "A10", AcceleratorCount = 1.0 / 6, AcceleratorMemory = 4 },
        },
        Offers = [new RegionOffer { Type = "Standard_NV6ads_A10_v5", Region = "closed" }],
    };

    private static RegionOffer Offer(CloudCatalog catalog, string type, string region) => catalog.Offers.Single(offer => offer.Type == type && offer.Region == region);

    private async Task<CatalogRefreshed> RefreshAsync(CloudCatalog before, Func<HttpRequestMessage, HttpResponseMessage> answer, TokenCredential? identity = null)
    {
        using var http = new HttpClient(new StubHandler((request, _) =>
        {
            _asked.Add(request.RequestUri!);
            return answer(request);
        }));
        return await CatalogRefresh.RunAsync(before, AzureCatalog.Steps(http, _settings.GetValueOrDefault, _time, identity ?? new Somebody()), _progress.Begin, Token);
    }

    private static HttpResponseMessage Answer(HttpRequestMessage request)
    {
        var address = request.RequestUri!;
        if (address.Host == "prices.azure.com")
        {
            Assert.Null(request.Headers.Authorization);
            return Json(address.Query.Contains("skip", StringComparison.Ordinal)
                ? $$"""{"Items": [{{Item("westus", "NV6ads A10 v5", 0.5)}}], "NextPageLink": null}"""
                : $$"""
                    {"Items": [{{Item("eastus", "NV6ads A10 v5", 0.454)}}, {{Item("eastus", "NV6ads A10 v5 Spot", 0.09)}}, {{Item("eastus", "NV6ads A10 v5 Low Priority", 0.01)}},
                      {{Item("eastus", "NV6ads A10 v5", 0.2, "Virtual Machines NVadsA10v5 Series Windows")}}], "NextPageLink": "https://prices.azure.com:443/api/retail/prices?$skip=1000"}
                    """);
        }

        Assert.Equal("Bearer token", request.Headers.Authorization!.ToString());
        return address.AbsolutePath == "/subscriptions"
            ? Json("""{"value": [{"subscriptionId": "off", "state": "Disabled"}, {"subscriptionId": "sub", "state": "Enabled"}]}""")
            : Json(address.Query.Contains("page2", StringComparison.Ordinal) ? _secondPage : _firstPage);
    }

    private static string Item(string region, string sku, double price, string product = "Virtual Machines NVadsA10v5 Series") => new JsonObject
    {
        ["currencyCode"] = "USD",
        ["retailPrice"] = price,
        ["armRegionName"] = region,
        ["armSkuName"] = "Standard_NV6ads_A10_v5",
        ["skuName"] = sku,
        ["productName"] = product,
        ["unitOfMeasure"] = "1 Hour",
        ["type"] = "Consumption",
    }.ToJsonString();

    private static HttpResponseMessage Json(string content) => new(HttpStatusCode.OK) { Content = new StringContent(content) };

    private static readonly string _firstPage = $$"""
        {"value": [
          {"resourceType": "disks", "name": "Premium_LRS"},
          {{Sku("Standard_NV6ads_A10_v5", "EastUS", """["3", "1", "2"]""", 6, 55, 1, spot: true, """[{"type": "Zone", "values": ["EastUS"], "restrictionInfo": {"locations": ["EastUS"], "zones": ["2"]}}]""")}},
          {{Sku("Standard_NV6ads_A10_v5", "closed", "[]", 6, 55, 1, spot: true, """[{"type": "Location", "values": ["closed"], "reasonCode": "NotAvailableForSubscription"}]""")}}],
         "nextLink": "https://management.azure.com/subscriptions/sub/providers/Microsoft.Compute/skus?page2"}
        """;

    private static readonly string _secondPage = $$"""
        {"value": [
          {{Sku("Standard_ND96isr_H200_v5", "westus", "[]", 96, 1850, 8, spot: false, "[]")}},
          {{Sku("Standard_NX1_Odd_v1", "westus", "[]", 8, 16, 1, spot: true, "[]")}},
          {{Sku("Standard_D2s_v3", "westus", "[]", 2, 8, 0, spot: true, "[]")}}]}
        """;

    private static string Sku(string name, string region, string zones, int cpus, int memory, int gpus, bool spot, string restrictions) => $$"""
        {"resourceType": "virtualMachines", "name": "{{name}}", "locations": ["{{region}}"], "locationInfo": [{"location": "{{region}}", "zones": {{zones}}}],
         "capabilities": [{"name": "vCPUs", "value": "{{cpus}}"}, {"name": "MemoryGB", "value": "{{memory}}"}, {"name": "GPUs", "value": "{{gpus}}"},
           {"name": "LowPriorityCapable", "value": "{{spot}}"}, {"name": "CpuArchitectureType", "value": "x64"}], "restrictions": {{restrictions}}}
        """;

    private sealed class Somebody : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }

    private sealed class Nobody : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new CredentialUnavailableException("nobody");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new CredentialUnavailableException("nobody");
    }
}
