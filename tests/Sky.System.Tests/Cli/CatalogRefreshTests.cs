using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sky.SystemTests.Cli;

/// <summary><c>sky catalog refresh</c> against a server that answers as Azure's retail prices do; its management cannot be asked.</summary>
public sealed class CatalogRefreshTests : IDisposable
{
    private const string Prices = """
        {"Items": [{"currencyCode": "USD", "retailPrice": 0.123, "armRegionName": "eastus", "armSkuName": "Standard_D4s_v5", "skuName": "D4s v5", "productName": "Virtual Machines Dsv5 Series",
          "unitOfMeasure": "1 Hour", "type": "Consumption"}], "NextPageLink": null}
        """;

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("sky-refresh-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task What_could_be_had_is_kept_and_used_and_what_failed_is_told()
    {
        await using var azure = await StartAsync(_ => Prices);

        var run = await RefreshAsync(azure);

        Assert.Equal(1, run.Code);
        Assert.Contains("Azure's sizes, regions and zones gave nothing: what was known before is kept.", run.Err, StringComparison.Ordinal);
        Assert.Contains("azure: asking Azure's retail prices ...", run.Err, StringComparison.Ordinal);
        Assert.Contains("azure: 101 instance types", run.Out, StringComparison.Ordinal);

        var list = await CliRun.OfAsync(null, "catalog", "list", "-t", "Standard_D4s_v5", "-o", "json", "--home", _home.FullName);
        var prices = JsonDocument.Parse(list.Out).RootElement.EnumerateArray().ToDictionary(one => one.GetProperty("region").GetString()!, one => one.GetProperty("onDemand"));
        Assert.Equal((0.123, "2030-01-02"), (prices["eastus"].GetProperty("usdPerHour").GetDouble(), prices["eastus"].GetProperty("date").GetString()));
        Assert.Equal("2026-06-18", prices["westeurope"].GetProperty("date").GetString());
        Assert.Contains("azure: refreshed, prices of on-demand 2030-01-02", (await CliRun.OfAsync(null, "catalog", "list", "--cloud", "azure", "--home", _home.FullName)).Err, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_can_be_had_nothing_is_written()
    {
        await using var azure = await StartAsync(_ => "{\"Items\": []}");

        var run = await RefreshAsync(azure);

        Assert.Equal((1, ""), (run.Code, run.Out));
        Assert.Empty(Directory.GetFileSystemEntries(_home.FullName));
    }

    private Task<CliRun> RefreshAsync(WebApplication azure) => CliRun.WithAsync(
        null, null, new() { ["SKY_AZURE_PRICES_URL"] = azure.Urls.First(), ["SKY_AZURE_MANAGEMENT_URL"] = "https://management.example/", ["AZURE_SUBSCRIPTION_ID"] = "s" },
        ["catalog", "refresh", "--cloud", "azure", "--home", _home.FullName]);

    private static async Task<WebApplication> StartAsync(Func<HttpContext, string> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(answer(context)));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
