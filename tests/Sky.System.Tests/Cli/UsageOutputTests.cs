using System.Text.Json;
using Sky.Core.Metering;
using Sky.Core.Services;
using Xunit;

namespace Sky.SystemTests.Cli;

/// <summary>The table of <c>sky usage</c> and its JSON say the same: what is a dash in the one is not in the other.</summary>
public sealed class UsageOutputTests
{
    [Fact]
    public async Task What_is_a_dash_in_the_table_is_null_in_json()
    {
        await using var controller = await FakeController.StartAsync();
        var bare = new UsageRow { Hour = Views.Now, Service = new ServiceName("a"), Model = "", Version = 0, Requests = SettlementCounts.Of(SettlementKind.Unsent) };
        controller.Used = [bare, bare with { Key = "key-1", Model = "m", Version = 2, Currency = "USD", Cost = 0 }];

        var table = (await CliRun.OfAsync(controller, "usage")).Out.Split('\n');
        var rows = JsonDocument.Parse((await CliRun.OfAsync(controller, "usage", "-o", "json")).Out).RootElement.GetProperty("rows");

        Assert.Equal(["-", "a", "-", "-", "1", "0", "0", "0", "-"], table[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..9]);
        Assert.Equal(["key-1", "a", "m", "2", "1", "0", "0", "0", "0.00"], table[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..9]);
        foreach (var name in new[] { "key", "model", "version", "cost", "currency" })
        {
            Assert.False(rows[0].TryGetProperty(name, out _), name);
            Assert.True(rows[1].TryGetProperty(name, out _), name);
        }

        Assert.Equal((0m, 2), (rows[1].GetProperty("cost").GetDecimal(), rows[1].GetProperty("version").GetInt32()));
    }
}
