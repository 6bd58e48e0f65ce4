using System.Text;
using Sky.Core.Simulation.Spot;

namespace Sky.Core.Tests.Simulation;

public sealed class ZoneTraceTests
{
    [Fact]
    public void A_published_trace_is_read()
    {
        var zone = Parse("""{"metadata": {"gap_seconds": 300, "more": true}, "data": [4, 0, 1]}""");
        Assert.Equal(("z", 300.0), (zone.Zone, zone.GapSeconds));
        Assert.Equal([4, 0, 1], zone.Values);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[1]", "metadata.gap_seconds is missing")]
    [InlineData("null", "metadata.gap_seconds is missing")]
    [InlineData("""{"data": [1]}""", "metadata.gap_seconds is missing")]
    [InlineData("""{"metadata": 5, "data": [1]}""", "metadata.gap_seconds is missing")]
    [InlineData("""{"metadata": {"gap_seconds": 0}, "data": [1]}""", "above 0")]
    [InlineData("""{"metadata": {"gap_seconds": "300"}, "data": [1]}""", "above 0")]
    [InlineData("""{"metadata": {"gap_seconds": 1e9}, "data": [1]}""", "at most a day")]
    [InlineData("""{"metadata": {"gap_seconds": 300}}""", "data is missing")]
    [InlineData("""{"metadata": {"gap_seconds": 300}, "data": []}""", "data is empty")]
    [InlineData("""{"metadata": {"gap_seconds": 300}, "data": [1, -1]}""", "value 1 of data is -1")]
    [InlineData("""{"metadata": {"gap_seconds": 300}, "data": [1, 1.5]}""", "value 1 of data is 1.5")]
    [InlineData("""{"metadata": {"gap_seconds": 300}, "data": [null]}""", "value 0 of data is null")]
    [InlineData("""{"metadata": {"gap_seconds": 300}, "data": [1,""", "not JSON (line 1)")]
    public void What_is_no_trace_is_told_with_what_is_right(string json, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_holds_for_its_gap()
    {
        var trace = SpotTrace.Of([new ZoneTrace("a", 60, [3, 2])]);
        Assert.Equal([3, 3, 2, 2], trace.Capacity[0]);
    }

    [Fact]
    public void A_tick_across_two_values_holds_the_lesser()
    {
        Assert.Equal([3, 2, 2], SpotTrace.Of([new ZoneTrace("a", 45, [3, 2])]).Capacity[0]);
        Assert.Equal([1, 2], SpotTrace.Of([new ZoneTrace("a", 10, [3, 1, 3, 2, 2, 2])]).Capacity[0]);
        Assert.Equal([3, 2, 2], SpotTrace.Of([new ZoneTrace("a", 40, [3, 2, 2])]).Capacity[0][..3]);
    }

    [Fact]
    public void Probes_of_all_zones_mean_as_many_as_asked()
    {
        var probes = SpotTrace.Of([new ZoneTrace("a", 30, [1, 0]), new ZoneTrace("b", 30, [0, 1])]);
        Assert.Equal([SpotTrace.Unlimited, 0], probes.Capacity[0]);
        var counts = SpotTrace.Of([new ZoneTrace("a", 30, [1, 0]), new ZoneTrace("b", 30, [0, 2])]);
        Assert.Equal([1, 0], counts.Capacity[0]);
    }

    [Fact]
    public void Zones_of_different_lengths_and_gaps_are_run_as_long_as_all_last()
    {
        var trace = SpotTrace.Of([new ZoneTrace("long", 30, [1, 2, 3, 4]), new ZoneTrace("short", 90, [5])]);
        Assert.Equal((3, "short"), (trace.Ticks, trace.Shortest));
    }

    private static ZoneTrace Parse(string json) => ZoneTrace.Parse("z", Encoding.UTF8.GetBytes(json));
}
