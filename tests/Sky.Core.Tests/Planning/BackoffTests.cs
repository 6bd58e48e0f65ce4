using Sky.Core.Planning;

namespace Sky.Core.Tests.Planning;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(9, 128)]
    [InlineData(10, 256)]
    [InlineData(11, 300)]
    [InlineData(1_000_000, 300)]
    public void Launches_of_a_version_that_fails_wait_longer_and_longer_up_to_five_minutes(int failures, double seconds) =>
        Assert.Equal(seconds, Backoff.OfVersion(failures).TotalSeconds);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(6, 32)]
    [InlineData(7, 60)]
    [InlineData(int.MaxValue, 60)]
    public void An_effect_that_fails_waits_up_to_a_minute(int attempts, double seconds) =>
        Assert.Equal(seconds, Backoff.OfEffect(attempts).TotalSeconds);
}
