using Microsoft.Extensions.Time.Testing;
using Sky.Providers.Engines.Swarm;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>When managers' word that a node is down counts.</summary>
public sealed class SwarmPatienceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_counts_once_they_have_answered_for_a_while_and_no_more_after_they_were_silent()
    {
        var patience = new SwarmPatience(_time);
        Assert.False(patience.Heard());
        _time.Advance(SwarmPatience.Time - TimeSpan.FromMilliseconds(1));
        Assert.False(patience.Heard());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(patience.Heard());
        patience.Silent();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(patience.Heard());
        _time.Advance(SwarmPatience.Time);
        Assert.True(patience.Heard());
    }
}
