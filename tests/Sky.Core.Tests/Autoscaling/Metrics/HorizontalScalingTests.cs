using Sky.Core.Autoscaling.Metrics;

namespace Sky.Core.Tests.Autoscaling.Metrics;

/// <summary>The cases of Kubernetes' own replica calculator, as far as they are not of its CPU metrics.</summary>
public sealed class HorizontalScalingTests
{
    [Theory]
    [InlineData(30, 10, 2, 3)] // shared by its replicas
    [InlineData(31, 10, 2, 4)]
    [InlineData(22, 10, 2, 2)] // within the tolerance
    [InlineData(18, 10, 2, 2)]
    [InlineData(17, 10, 2, 2)] // beyond it, and rounded up again
    [InlineData(9, 10, 2, 1)]
    [InlineData(0, 10, 2, 0)]
    [InlineData(1, 10, 0, 1)] // from zero
    [InlineData(0, 10, 0, 0)]
    public void A_total_is_divided_by_what_a_replica_should_have(double total, double target, int current, int wanted) =>
        Assert.Equal(wanted, HorizontalScaling.OfTotal(total, target, current));

    [Theory]
    [InlineData(200, 100, 3, 3, 6)]
    [InlineData(110, 100, 3, 3, 3)] // within the tolerance
    [InlineData(111, 100, 3, 3, 4)]
    [InlineData(90, 100, 3, 3, 3)]
    [InlineData(50, 100, 4, 4, 2)]
    [InlineData(0, 100, 4, 4, 0)]
    [InlineData(200, 100, 8, 4, 8)] // those that are on their way are what it asks for
    [InlineData(150, 100, 8, 1, 8)] // above the target never fewer
    [InlineData(50, 100, 2, 6, 2)] // below it never more
    [InlineData(50, 100, 0, 0, 1)] // from zero
    public void A_value_is_of_the_replicas_that_are_ready(double value, double target, int current, int ready, int wanted) =>
        Assert.Equal(wanted, HorizontalScaling.OfValue(value, target, current, ready));

    [Theory]
    [InlineData(new[] { 20.0, 10, 30 }, 10, 0, 0, 3, 6)]
    [InlineData(new[] { 10.0, 11, 12 }, 10, 0, 0, 3, 3)] // within the tolerance
    [InlineData(new[] { 2.0, 2, 2, 2 }, 10, 0, 0, 4, 1)]
    [InlineData(new[] { 20.0, 20 }, 10, 2, 0, 4, 4)] // more is asked for: those that are silent count as idle, and then it is within the tolerance
    [InlineData(new[] { 50.0, 50 }, 10, 2, 0, 4, 10)]
    [InlineData(new[] { 5.0, 5 }, 10, 2, 0, 4, 3)] // fewer would do: those that are silent count as at their target
    [InlineData(new[] { 8.0, 8 }, 10, 2, 0, 4, 4)]
    [InlineData(new[] { 30.0, 30 }, 10, 0, 4, 6, 6)] // those that start count as idle
    [InlineData(new[] { 90.0, 90 }, 10, 0, 4, 6, 18)]
    [InlineData(new[] { 5.0, 5 }, 10, 0, 4, 6, 1)] // and not at all where fewer would do
    public void A_value_of_each_replica_is_taken_carefully_where_some_do_not_tell_it(double[] values, double target, int missing, int starting, int current, int wanted) =>
        Assert.Equal(wanted, HorizontalScaling.OfReplicas(values, target, missing, starting, current));

    [Fact]
    public void Replicas_of_which_none_tells_anything_ask_for_nothing() => Assert.Null(HorizontalScaling.OfReplicas([], 10, 3, 0, 3));
}
