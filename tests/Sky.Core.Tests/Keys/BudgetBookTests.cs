using Sky.Core.Keys;

namespace Sky.Core.Tests.Keys;

public sealed class BudgetBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Gateways_that_keep_to_their_slices_never_spend_more_than_the_budget_and_use_all_of_it(int seed)
    {
        var random = new Random(seed);
        var book = new BudgetBook(BudgetPeriod.Month);
        const decimal Budget = 50m;
        book.Begin(10m, Start);
        var spent = new Dictionary<string, decimal>();
        var granted = new Dictionary<string, decimal>();
        var now = Start;
        for (var step = 0; step < 3000; step++)
        {
            now += TimeSpan.FromSeconds(random.Next(1, 3));
            var gateway = $"g{random.Next(4)}";

            // What it was granted it may have spent by now, each to the last.
            var may = granted.GetValueOrDefault(gateway) - spent.GetValueOrDefault(gateway);
            spent[gateway] = spent.GetValueOrDefault(gateway) + Math.Max(0, decimal.Round(may * (decimal)random.NextDouble(), 9));
            granted[gateway] = book.Renew(gateway, gateway, spent[gateway], 0, random.Next(5), Budget, now);

            Assert.True(spent.Values.Sum() + 10m <= Budget, $"seed {seed}, step {step}");
            Assert.True(granted.Values.Sum() + 10m <= Budget + 0.00001m, $"seed {seed}, step {step}: {granted.Values.Sum()}");
        }

        Assert.True(spent.Values.Sum() + 10m > Budget - 0.1m, $"seed {seed}: {spent.Values.Sum()}");
    }

    [Fact]
    public void A_gateway_that_dies_takes_only_its_slice_and_that_for_a_while()
    {
        var book = new BudgetBook(BudgetPeriod.Day);
        book.Begin(0, Start);
        var first = book.Renew("a", "a", 0, 0, 0, 100m, Start);
        Assert.InRange(first, 20m, 40m);

        var second = book.Renew("b", "b", 0, 0, 1000m, 100m, Start.AddSeconds(1));
        Assert.InRange(second, 60m, 100m - first);
        Assert.Equal(100m, book.Renew("b", "b", 0, 0, 1000m, 100m, Start.AddMinutes(11)));
    }

    [Fact]
    public void A_period_that_is_over_is_begun_anew()
    {
        var book = new BudgetBook(BudgetPeriod.Day);
        Assert.True(book.NeedsStart(Start));
        book.Begin(0, Start);
        Assert.False(book.NeedsStart(Start.AddHours(23)));
        Assert.Equal(1m, book.Renew("a", "a", 1m, 0, 0, 1m, Start) - 0.25m);
        Assert.True(book.NeedsStart(Start.AddDays(1)));
        book.Begin(0, Start.AddDays(1));
        Assert.Equal(2m, book.Renew("a", "a", 1m, 0, 10m, 1m, Start.AddDays(1)));
    }

    [Fact]
    public void What_is_reserved_for_requests_in_flight_is_not_taken_away()
    {
        var book = new BudgetBook(BudgetPeriod.Total);
        book.Begin(0, Start);
        book.Renew("a", "a", 0, 0, 8m, 10m, Start);
        book.Renew("b", "b", 0, 0, 8m, 10m, Start);
        Assert.True(book.Renew("a", "a", 0, 7m, 0, 10m, Start.AddSeconds(1)) >= 7m);
    }

    [Fact]
    public void A_run_goes_on_with_what_the_one_before_left()
    {
        var book = new BudgetBook(BudgetPeriod.Day);
        book.Begin(0, Start);
        Assert.Equal(8m, book.Renew("a", "1", 0, 0, 8m, 10m, Start));
        book.Renew("a", "1", 6m, 0, 0, 10m, Start.AddSeconds(1));
        Assert.Equal(4m, book.Renew("a", "2", 0, 0, 8m, 10m, Start.AddSeconds(2)));
        Assert.Equal(4m, book.Renew("a", "2", 3m, 0, 8m, 10m, Start.AddSeconds(3)));
        Assert.Equal(9m, book.Spent);
    }
}
