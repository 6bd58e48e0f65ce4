using Sky.Core.Autoscaling.Spot;

namespace Sky.Core.Tests.Autoscaling.Spot;

public sealed class AftershocksTests
{
    private static readonly TimeSpan Apart = TimeSpan.FromHours(3);

    [Fact]
    public void Where_zones_fall_by_themselves_less_and_less_is_expected_after_a_loss()
    {
        var stand = new SpotStand(new AdaptiveSpot(), "a", "b", "c", "d", "e");
        var strengths = new List<double> { Aftershocks.Elsewhere(stand.State.Aftershocks) };
        for (var i = 0; i < 6; i++)
        {
            stand.Run(Apart);
            LoseOne(stand);
            stand.Run(Apart);
            strengths.Add(Aftershocks.Elsewhere(stand.State.Aftershocks));
        }

        Assert.All(strengths.Zip(strengths.Skip(1)), pair => Assert.True(pair.Second < pair.First));
    }

    [Fact]
    public void Where_zones_fall_one_after_the_other_more_is_expected()
    {
        var stand = new SpotStand(new AdaptiveSpot(), "a", "b", "c", "d", "e").Run(Apart);
        var before = Aftershocks.Elsewhere(stand.State.Aftershocks);
        string[] held = [.. new[] { "a", "b", "c", "d", "e" }.Where(zone => stand.Spot(zone) > 0)];
        stand.Lose(held[0]).Run(TimeSpan.FromMinutes(2)).Lose(held[1]).Run(TimeSpan.FromMinutes(2));
        Assert.True(Aftershocks.Elsewhere(stand.State.Aftershocks) > 2 * before);
    }

    [Fact]
    public void Zones_that_fall_at_once_speak_for_a_cause_in_common()
    {
        var (one, two) = (new SpotStand(new AdaptiveSpot(), "a", "b", "c", "d", "e"), new SpotStand(new AdaptiveSpot(), "a", "b", "c", "d", "e"));
        LoseOne(one.Run(Apart));
        LoseOne(two.Run(Apart));
        LoseOne(two);
        Assert.True(Aftershocks.Elsewhere(two.Run(TimeSpan.FromSeconds(30)).State.Aftershocks) > 3 * Aftershocks.Elsewhere(one.Run(TimeSpan.FromSeconds(30)).State.Aftershocks));
    }

    [Fact]
    public void Asking_twice_at_one_time_learns_nothing_twice()
    {
        var stand = new SpotStand(new AdaptiveSpot(), "a", "b", "c", "d").Run(Apart);
        LoseOne(stand);
        stand.Run(TimeSpan.FromMinutes(1));
        var snapshot = stand.Snapshot() with { Now = stand.State.At!.Value, Events = [] };
        Assert.Equal(stand.State.Aftershocks, Aftershocks.Learn(snapshot, SpotMemory.Observe(snapshot)));
    }

    [Fact]
    public void A_state_from_before_there_were_aftershocks_is_read()
    {
        var state = StateJson.Read("""{"everReady": true, "spareHours": 1.5}""");
        Assert.Equal(AftershockMemory.None, state.Aftershocks);
        Assert.Equal(new AftershockMemory { SameZone = 2 }, StateJson.RoundTrip(state with { Aftershocks = new AftershockMemory { SameZone = 2 } }).Aftershocks);
    }

    private static void LoseOne(SpotStand stand) => stand.Lose(new[] { "a", "b", "c", "d", "e" }.First(zone => stand.Spot(zone) > 0));
}
