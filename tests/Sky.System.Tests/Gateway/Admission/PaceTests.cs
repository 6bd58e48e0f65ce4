using Microsoft.Extensions.Time.Testing;
using Sky.Gateway.Admission;
using Xunit;

namespace Sky.SystemTests.Gateway.Admission;

/// <summary>How long those are told to stay away who found the queue full.</summary>
public sealed class PaceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Pace _pace;

    public PaceTests() => _pace = new Pace(_time);

    [Fact]
    public void It_is_the_time_that_those_before_will_take_at_the_pace_of_the_last_ones()
    {
        Assert.Null(_pace.SecondsFor(5));
        _pace.Began();
        Assert.Null(_pace.SecondsFor(5));
        Release(3, 2);
        Assert.Equal(10, _pace.SecondsFor(5)!.Value, 6);

        // What is slower now is believed within thirty releases.
        Release(31, 7);
        Assert.Equal(35, _pace.SecondsFor(5)!.Value, 6);
    }

    [Fact]
    public void Hours_in_which_nobody_waited_do_not_count_and_what_was_known_before_is_still()
    {
        _pace.Began();
        Release(4, 2);
        _time.Advance(TimeSpan.FromHours(3));
        _pace.Began();
        Release(1, 2);
        Assert.Equal(4, _pace.SecondsFor(2)!.Value, 6);
    }

    [Fact]
    public void A_replica_that_hangs_makes_the_wait_longer()
    {
        _pace.Began();
        Release(4, 2);
        _pace.Began();
        Assert.Equal(2, _pace.SecondsFor(1)!.Value, 6);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(60, _pace.SecondsFor(1)!.Value, 6);
    }

    private void Release(int requests, double seconds)
    {
        for (var request = 0; request < requests; request++)
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            _pace.Released();
        }
    }
}
