using Sky.Core.Clouds;
using Sky.Core.Placement;

namespace Sky.Core.Tests.Placement;

public sealed class PlaceMemoryTests
{
    private static readonly DateTimeOffset _now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ReplicaPlacement _place = new()
    {
        Cloud = "aws", Region = "us-east-1", Zone = "us-east-1a", Node = "g5.xlarge", InstanceType = "g5.xlarge", Accelerators = "A10G:1", UseSpot = true,
    };

    /// <summary>How far each trouble reaches: the same place, another market, another type with the same accelerator, another accelerator, another zone, another region, another cloud.</summary>
    [Theory]
    [InlineData(PlaceTrouble.NoCapacity, "place")]
    [InlineData(PlaceTrouble.Price, "place")]
    [InlineData(PlaceTrouble.Preempted, "place")]
    [InlineData(PlaceTrouble.Quota, "place type zone")]
    [InlineData(PlaceTrouble.Invalid, "place market zone")]
    [InlineData(PlaceTrouble.Unavailable, "place market type accelerator zone")]
    [InlineData(PlaceTrouble.Unauthorized, "place market type accelerator zone region")]
    public void Each_trouble_reaches_as_far_as_it_says(PlaceTrouble trouble, string reaches)
    {
        var memory = PlaceMemory.Empty.With(PlaceObservation.Of(_place, trouble, _now));
        var others = new Dictionary<string, ReplicaPlacement>
        {
            ["place"] = _place,
            ["market"] = _place with { UseSpot = false },
            ["type"] = _place with { InstanceType = "g5.2xlarge", Node = "g5.2xlarge" },
            ["accelerator"] = _place with { InstanceType = "g6.xlarge", Node = "g6.xlarge", Accelerators = "L4:1" },
            ["zone"] = _place with { Zone = "us-east-1b" },
            ["region"] = _place with { Region = "us-east-2", Zone = "us-east-2a" },
            ["cloud"] = _place with { Cloud = "azure" },
        };

        Assert.Equal(reaches.Split(' '), others.Where(pair => memory.AvoidedUntil(pair.Value, _now) is not null).Select(pair => pair.Key));
    }

    [Fact]
    public void One_refusal_keeps_away_for_a_half_life_and_each_doubling_for_one_more()
    {
        var half = PlaceMemory.HalfLife(PlaceTrouble.NoCapacity);
        var memory = PlaceMemory.Empty;
        for (var times = 1; times <= 40; times++)
        {
            memory = memory.With(PlaceObservation.Of(_place, PlaceTrouble.NoCapacity, _now));
            var expected = half * Math.Min(5, 1 + Math.Log2(times));
            Assert.Equal(expected.TotalSeconds, (memory.AvoidedUntil(_place, _now)!.Value - _now).TotalSeconds, 3);
        }

        // Until the very moment it says, and no longer, however often it is asked in between.
        var until = memory.AvoidedUntil(_place, _now)!.Value;
        Assert.NotNull(memory.AvoidedUntil(_place, _now + half));
        var one = PlaceMemory.Empty.With(PlaceObservation.Of(_place, PlaceTrouble.NoCapacity, _now));
        Assert.Equal(_now + half, one.AvoidedUntil(_place, _now + half / 2)!.Value);
        Assert.Null(one.AvoidedUntil(_place, _now + half));
        Assert.True(until <= _now + half * 5);
    }

    [Fact]
    public void Troubles_are_counted_apart_and_the_longest_counts()
    {
        var memory = PlaceMemory.Empty.With(PlaceObservation.Of(_place, PlaceTrouble.NoCapacity, _now)).With(PlaceObservation.Of(_place, PlaceTrouble.Quota, _now));
        Assert.Equal(_now + PlaceMemory.HalfLife(PlaceTrouble.Quota), memory.AvoidedUntil(_place, _now));
    }

    [Fact]
    public void A_place_where_a_node_was_had_is_open_again_but_not_what_a_quota_shuts()
    {
        var memory = PlaceMemory.Empty
            .With(PlaceObservation.Of(_place, PlaceTrouble.NoCapacity, _now))
            .With(PlaceObservation.Of(_place with { Zone = "us-east-1b" }, PlaceTrouble.NoCapacity, _now));
        Assert.Null(memory.Had(_place).AvoidedUntil(_place, _now));
        Assert.NotNull(memory.Had(_place).AvoidedUntil(_place with { Zone = "us-east-1b" }, _now));
        Assert.Same(memory, memory.Had(_place with { Region = "eu-west-1" }));
        var quota = PlaceMemory.Empty.With(PlaceObservation.Of(_place, PlaceTrouble.Quota, _now));
        Assert.NotNull(quota.Had(_place).AvoidedUntil(_place, _now));
    }

    [Fact]
    public void What_is_faded_is_forgotten_and_there_is_a_bound()
    {
        var memory = PlaceMemory.Empty.With(PlaceObservation.Of(_place, PlaceTrouble.Unavailable, _now)).With(PlaceObservation.Of(_place, PlaceTrouble.Invalid, _now + TimeSpan.FromHours(1)));
        Assert.Equal(PlaceTrouble.Invalid, Assert.Single(memory.Observations).Trouble);

        for (var i = 0; i < PlaceMemory.MostObservations + 10; i++)
        {
            memory = memory.With(PlaceObservation.Of(_place with { Zone = $"z{i}" }, PlaceTrouble.NoCapacity, _now + TimeSpan.FromHours(1)));
        }

        Assert.Equal(PlaceMemory.MostObservations, memory.Observations.Count);
        Assert.Equal("z1009", memory.Observations[^1].Zone);
    }

    [Theory]
    [InlineData(CloudFailure.NoCapacity, PlaceTrouble.NoCapacity)]
    [InlineData(CloudFailure.Quota, PlaceTrouble.Quota)]
    [InlineData(CloudFailure.Invalid, PlaceTrouble.Invalid)]
    [InlineData(CloudFailure.Unauthorized, PlaceTrouble.Unauthorized)]
    [InlineData(CloudFailure.Throttled, PlaceTrouble.Unavailable)]
    [InlineData(CloudFailure.Unavailable, PlaceTrouble.Unavailable)]
    [InlineData(CloudFailure.NotFound, null)]
    [InlineData(CloudFailure.Ambiguous, null)]
    public void A_failure_of_a_cloud_is_a_trouble_or_says_nothing_of_the_place(CloudFailure failure, PlaceTrouble? trouble) => Assert.Equal(trouble, PlaceMemory.TroubleOf(failure));
}
