using Sky.Gateway.Forwarding.Hedging;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>How many requests may be asked twice, and after what time: the rules alone.</summary>
public sealed class HedgeRulesTests
{
    [Theory]
    [InlineData(5, 1000, 50)]
    [InlineData(100, 10, 10)]
    [InlineData(2, 49, 0)]
    public void No_more_than_its_share_of_all_requests_is_spent(double percent, int requests, int spent)
    {
        var budget = new HedgeBudget();
        var count = 0;
        for (var n = 0; n < requests; n++)
        {
            budget.Arrived(percent);
            count += budget.TrySpend() ? 1 : 0;
        }

        Assert.Equal(spent, count);
    }

    [Fact]
    public void What_a_quiet_time_saved_is_bounded()
    {
        var budget = new HedgeBudget();
        for (var n = 0; n < 100_000; n++)
        {
            budget.Arrived(5);
        }

        Assert.Equal(10, Enumerable.Range(0, 1000).Count(_ => budget.TrySpend()));
    }

    [Fact]
    public void The_slowest_twentieth_begins_where_95_of_100_answers_had_begun()
    {
        var times = new AnswerTimes();
        for (var n = 1; n < 20; n++)
        {
            times.Add(TimeSpan.FromSeconds(n));
        }

        Assert.Null(times.P95);
        times.Add(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(19), times.P95);
        for (var n = 0; n < 256; n++)
        {
            times.Add(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(TimeSpan.FromSeconds(1), times.P95);
    }
}
