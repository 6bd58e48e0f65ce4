using CsCheck;
using Sky.Core.Metering;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Metering;

public sealed class TokenCostTests
{
    [Fact]
    public void Tokens_cost_by_the_million() => Assert.Equal(
        0.00104m, TokenCost.Of(new TokenUsage(1000, 400, 20), new PriceSpec { Input = 1.5m, CachedInput = 0.15m, Output = 4m }));

    [Fact]
    public void Cached_tokens_without_a_price_of_their_own_cost_as_others() => Assert.Equal(
        3m, TokenCost.Of(new TokenUsage(1_000_000, 1_000_000, 0), new PriceSpec { Input = 3m, Output = 4m }));

    [Fact]
    public void Without_prices_nothing_costs() => Assert.Equal(0, TokenCost.Of(new TokenUsage(1000, 0, 20), null));

    [Fact]
    public void A_sum_of_costs_is_the_cost_of_the_sum() =>
        Gen.Long[0, 1_000_000].Array[3, 60].Sample(numbers =>
        {
            var prices = new PriceSpec { Input = 0.1m, CachedInput = 0.0123m, Output = 0.7m };
            var usages = numbers.Chunk(3).Where(n => n.Length == 3).Select(n => new TokenUsage(n[0] + n[1], n[1], n[2])).ToList();
            var all = new TokenUsage(usages.Sum(u => u.Prompt), usages.Sum(u => u.Cached), usages.Sum(u => u.Completion));
            Assert.Equal(TokenCost.Of(all, prices), usages.Sum(u => TokenCost.Of(u, prices)));
        });
}
