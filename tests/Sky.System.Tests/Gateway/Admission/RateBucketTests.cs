using Microsoft.Extensions.Time.Testing;
using Sky.Gateway.Admission.Limits;
using Xunit;

namespace Sky.SystemTests.Gateway.Admission;

public sealed class RateBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_minute_is_there_at_first_and_then_fills_evenly()
    {
        var bucket = new RateBucket(_time);
        for (var i = 0; i < 60; i++)
        {
            Assert.True(bucket.TryTake(1, 60, out _));
        }

        Assert.False(bucket.TryTake(1, 60, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(1), wait);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(10, bucket.Remaining(60));
        Assert.True(bucket.TryTake(10, 60, out _));
        Assert.False(bucket.TryTake(1, 60, out _));
        Assert.Equal(TimeSpan.FromMinutes(1), bucket.UntilFull);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_wait_that_is_told_is_exactly_long_enough(int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 300; run++)
        {
            var bucket = new RateBucket(_time);
            var perMinute = random.NextInt64(1, 2_000_000);
            while (bucket.TryTake(Math.Max(1, random.NextInt64(perMinute / 2)), perMinute, out _))
            {
                _time.Advance(TimeSpan.FromMilliseconds(random.Next(200)));
            }

            var amount = random.NextInt64(1, perMinute + 1);
            if (bucket.TryTake(amount, perMinute, out var wait))
            {
                continue;
            }

            if (wait > TimeSpan.FromTicks(1))
            {
                _time.Advance(wait - TimeSpan.FromTicks(1));
                Assert.False(bucket.TryTake(amount, perMinute, out _), $"seed {seed}, run {run}: {amount} of {perMinute} was there before {wait}");
                _time.Advance(TimeSpan.FromTicks(1));
            }
            else
            {
                _time.Advance(wait);
            }

            Assert.True(bucket.TryTake(amount, perMinute, out _), $"seed {seed}, run {run}: {amount} of {perMinute} was not there after {wait}");
        }
    }

    [Fact]
    public void What_was_used_beyond_the_reservation_is_owed_and_what_was_not_comes_back()
    {
        var bucket = new RateBucket(_time);
        Assert.True(bucket.TryTake(600, 600, out _));
        bucket.Adjust(-300, 600);
        Assert.Equal(300, bucket.Remaining(600));
        bucket.Adjust(900, 600);
        Assert.Equal(0, bucket.Remaining(600));
        Assert.False(bucket.TryTake(1, 600, out var wait));
        Assert.InRange(wait, TimeSpan.FromSeconds(60.1), TimeSpan.FromSeconds(60.1) + TimeSpan.FromTicks(3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Never_more_than_a_minutes_worth_and_the_rate_in_any_time(int seed)
    {
        var random = new Random(seed);
        var bucket = new RateBucket(_time);
        const long PerMinute = 1000;
        var start = _time.GetTimestamp();
        long taken = 0;
        for (var step = 0; step < 5000; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(100)));
            var amount = random.Next(1, 200);
            taken += bucket.TryTake(amount, PerMinute, out _) ? amount : 0;
            Assert.True(taken <= PerMinute + (_time.GetElapsedTime(start).TotalMinutes * PerMinute) + 0.001, $"seed {seed}, step {step}: {taken}");
        }
    }

    [Fact]
    public void Many_threads_take_no_more_than_there_is()
    {
        var bucket = new RateBucket(_time);
        var taken = 0;
        Parallel.For(0, 20_000, _ =>
        {
            if (bucket.TryTake(1, 5000, out var _))
            {
                Interlocked.Increment(ref taken);
            }
        });
        Assert.Equal(5000, taken);
    }

    [Fact]
    public void A_limit_that_grows_grows_with_time_only()
    {
        var bucket = new RateBucket(_time);
        Assert.True(bucket.TryTake(100, 100, out _));
        bucket.Rescale(100, 1000);
        Assert.Equal(0, bucket.Remaining(1000));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.InRange(bucket.Remaining(1000), 499, 500);
        bucket.Rescale(1000, 100);
        Assert.InRange(bucket.Remaining(100), 49, 50);

        // What is there stays there, and no more.
        bucket.Rescale(100, 1000);
        Assert.InRange(bucket.Remaining(1000), 49, 51);
    }
}
