using System.Text.Json;
using Sky.Controller.Api;
using Sky.Controller.Keys;
using Sky.Core;
using Sky.Core.Keys;
using Sky.Core.Metering;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>What users are told of budgets: spent, left, and which services they do not count.</summary>
public sealed class BudgetTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "'euros', 'free'")]
    [InlineData("free", "'free'")]
    [InlineData("fr*,priced", "'free'")]
    [InlineData("small-model", "'free'")]
    [InlineData("priced", null)]
    public void A_budget_names_the_services_that_it_does_not_count(string models, string? named)
    {
        ServiceAggregate[] services =
        [
            Service("priced", new PriceSpec { Input = 1 }), Service("free", null), Service("euros", new PriceSpec { Currency = "EUR" }),
            Service("down", null) with { Service = Service("down", null).Service with { Phase = ServicePhase.Down } },
        ];
        var key = TestKey.Record() with { Limits = new KeyLimits { Budget = 5 }, Models = models.Split(',', StringSplitOptions.RemoveEmptyEntries) };
        var notice = BudgetNotices.OfKey(key, services);
        Assert.Equal(named is null ? null : $"The budget does not count {named}: without `prices` in USD in the service file, requests cost nothing.", notice);
        Assert.Null(BudgetNotices.OfKey(key with { Limits = KeyLimits.None }, services));
        foreach (var service in services[..3])
        {
            var told = BudgetNotices.OfService(service.Service.Name.Value, service.Target.Spec.Serving, [new StoredKey(key, 1)], Now);
            Assert.Equal(named?.Contains($"'{service.Service.Name}'", StringComparison.Ordinal) ?? false, told?.Contains("'test-1'", StringComparison.Ordinal) ?? false);
        }

        Assert.Null(BudgetNotices.OfService("free", services[1].Target.Spec.Serving, [new StoredKey(key with { RevokedAt = Now }, 1)], Now));
    }

    [Fact]
    public async Task What_a_budget_has_spent_is_listed_and_services_without_prices_are_named()
    {
        await using var sky = await ControllerFixture.StartAsync();
        using var before = await sky.PutAsync("a");
        Assert.Empty((await ControllerFixture.AnswerAsync(before)).Notices);
        using var created = await sky.PostAsync("keys", """{"name":"ci","limits":{"budget":2.5,"budgetPeriod":"day"},"priority":"interactive"}""");
        var made = JsonSerializer.Deserialize(await created.Content.ReadAsStringAsync(Token), ApiJson.Default.KeySecretView)!;
        Assert.Contains("'a'", Assert.Single(made.Notices), StringComparison.Ordinal);
        using var plain = await sky.PostAsync("keys", """{"name":"plain"}""");
        using var updated = await sky.PutAsync("a", TestSpecs.Spec(run: "other on $PORT"));
        Assert.Contains("budget of 'ci'", Assert.Single((await ControllerFixture.AnswerAsync(updated)).Notices), StringComparison.Ordinal);

        var now = DateTimeOffset.UtcNow;
        var batch = new SettlementBatch { Gateway = "g", Settlements = [Settlement(0, now, 1.75m, "USD"), Settlement(1, now, 9, "EUR"), Settlement(2, now.AddDays(-2), 5, "USD")] };
        using var told = await sky.PostAsync("gateways/settlements", JsonSerializer.Serialize(batch, SkyJson.Default.SettlementBatch));
        told.EnsureSuccessStatusCode();

        var keys = JsonDocument.Parse(await sky.GetAsync("keys?spent=true")).RootElement;
        var (limited, unlimited) = (keys[0], keys[1]);
        Assert.Equal((1.75m, 0.75m), (limited.GetProperty("spent").GetDecimal(), limited.GetProperty("left").GetDecimal()));
        Assert.Equal(BudgetClock.EndOf(BudgetPeriod.Day, now), limited.GetProperty("budgetRenews").GetDateTimeOffset());
        Assert.Equal(("interactive", "day"), (limited.GetProperty("priority").GetString(), limited.GetProperty("limits").GetProperty("budgetPeriod").GetString()));
        Assert.False(unlimited.TryGetProperty("spent", out _) || unlimited.TryGetProperty("budgetRenews", out _));
        Assert.DoesNotContain("spent", await sky.GetAsync("keys"), StringComparison.Ordinal);

        Settlement Settlement(long sequence, DateTimeOffset at, decimal cost, string currency) => new()
        {
            Sequence = sequence, At = at, Key = made.Key.Id, Service = new ServiceName("a"), Model = "a", Version = 1, Kind = SettlementKind.Exact, Cost = cost, Currency = currency,
        };
    }

    /// <summary>Of an earlier build, in the names of the code.</summary>
    [Fact]
    public void Words_are_read_in_any_case_and_written_in_lower_case()
    {
        var key = TestKey.Record() with { Priority = KeyPriority.Batch, Limits = new KeyLimits { Budget = 1, BudgetPeriod = BudgetPeriod.Total } };
        var json = JsonSerializer.Serialize(key, SkyJson.Default.KeyRecord);
        Assert.Contains("\"batch\"", json, StringComparison.Ordinal);
        Assert.Contains("\"total\"", json, StringComparison.Ordinal);
        foreach (var form in new[] { json, json.Replace("\"batch\"", "\"Batch\"", StringComparison.Ordinal).Replace("\"total\"", "\"Total\"", StringComparison.Ordinal) })
        {
            var read = JsonSerializer.Deserialize(form, SkyJson.Default.KeyRecord)!;
            Assert.Equal((KeyPriority.Batch, BudgetPeriod.Total), (read.Priority, read.Limits.BudgetPeriod));
        }
    }

    private static ServiceAggregate Service(string name, PriceSpec? prices)
    {
        var spec = TestSpecs.Spec();
        return Aggregates.Service(name, spec with { Serving = spec.Serving with { Prices = prices, Models = new ModelsSpec { Names = [new(name == "free" ? "small-model" : "other")] } } });
    }
}
