using Sky.Core.Traffic.Inference;
using Xunit;

namespace Sky.Core.Tests.Traffic.Inference;

/// <summary>
/// Equal arms that are looked at all the time are told apart in at most α of all runs, and arms that differ are told apart. The rates are printed; beside
/// them what the usual test of a fixed number of requests would do when it is looked at as often.
/// </summary>
public sealed class FalseAlarmTests(ITestOutputHelper output)
{
    private const double Alpha = 0.05;
    private const int Runs = 300;
    private const int Looks = 100;
    private const int RequestsALook = 40;

    /// <summary>What the rate of that many runs stays below by chance when the true one is α (three standard deviations).</summary>
    private static readonly double Most = Alpha + (3 * Math.Sqrt(Alpha * (1 - Alpha) / Runs));

    [Theory]
    [InlineData(0.02, 0.5)]
    [InlineData(0.02, 0.9)]
    [InlineData(0.3, 0.5)]
    public void Equal_error_rates_are_told_apart_in_at_most_alpha_of_the_runs(double rate, double share)
    {
        var (found, naive) = (0, 0);
        for (var seed = 0; seed < Runs; seed++)
        {
            var arms = new SimulatedArms(seed, (rate, rate), (1, 1), share);
            var (alarm, usual) = (false, false);
            for (var look = 0; look < Looks; look++)
            {
                arms.Serve(RequestsALook);
                alarm |= !MayBeEqual(arms);
                usual |= ZTest(arms) > 1.96;
            }

            found += alarm ? 1 : 0;
            naive += usual ? 1 : 0;
        }

        output.WriteLine($"error rate {rate}, {share:P0} for one arm: false alarms {found / (double)Runs:P1} of {Runs} runs with {Looks} looks each (α {Alpha:P0}); a z-test looked at as often: {naive / (double)Runs:P1}");
        Assert.True(found / (double)Runs <= Most);
        Assert.True(naive / (double)Runs > Most, "the trap that this is for is not there");
    }

    [Fact]
    public void Equal_quantiles_are_told_apart_in_at_most_alpha_of_the_runs()
    {
        foreach (var share in new[] { 0.5, 0.95 })
        {
            var found = Count((1, 1), arms => !QuantileTest.MayBeEqual(arms.Latency(0), arms.Latency(1), share, Alpha));
            output.WriteLine($"quantile {share}: false alarms {found / (double)Runs:P1} of {Runs} runs with {Looks} looks each (α {Alpha:P0})");
            Assert.True(found / (double)Runs <= Most);
        }
    }

    [Fact]
    public void Equal_means_are_told_apart_in_at_most_alpha_of_the_runs()
    {
        var found = Count((1, 1), arms => !MeanTest.Difference(arms.Seconds[0], arms.Seconds[1], Alpha).Holds(0));
        output.WriteLine($"mean: false alarms {found / (double)Runs:P1} of {Runs} runs with {Looks} looks each (α {Alpha:P0})");
        Assert.True(found / (double)Runs <= Most);
    }

    [Fact]
    public void Arms_that_differ_are_told_apart()
    {
        var errors = Enumerable.Range(0, Runs).Count(seed =>
        {
            var arms = new SimulatedArms(seed, (0.02, 0.06), (1, 1));
            arms.Serve(Looks * RequestsALook);
            return Difference(arms).High < 0;
        });
        var slower = Count((1, 1.5), arms => QuantileTest.Ratio(arms.Latency(0), arms.Latency(1), 0.95, Alpha).High < 1, looks: 1);
        var mean = Count((1, 1.2), arms => MeanTest.Difference(arms.Seconds[0], arms.Seconds[1], Alpha).High < 0, looks: 1);
        output.WriteLine($"power at {Looks * RequestsALook} requests: errors 2 % and 6 % {errors / (double)Runs:P1}; p95 and 1.5 times p95 {slower / (double)Runs:P1}; mean and 1.2 times the mean {mean / (double)Runs:P1}");
        Assert.True(errors > 0.95 * Runs && slower > 0.95 * Runs && mean > 0.95 * Runs);
    }

    [Fact]
    public void An_arm_of_one_in_ten_that_fails_often_is_found_soon()
    {
        var needed = Enumerable.Range(0, 100).Select(seed =>
        {
            var arms = new SimulatedArms(seed, (0.3, 0.01), (1, 1), share: 0.1);
            var served = 0;
            while (MayBeEqual(arms) && served < 5000)
            {
                arms.Serve(5);
                served += 5;
            }

            return served;
        }).Order().ToList();
        output.WriteLine($"30 % errors of one in ten against 1 %: found after {needed[50]} requests in the median, {needed[94]} in 95 of 100 runs");
        Assert.True(needed[94] < 1000);
    }

    [Fact]
    public void The_short_look_says_what_the_interval_says()
    {
        var apart = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var arms = new SimulatedArms(seed, (0.05, 0.1), (1, 1.2));
            for (var look = 0; look < 10; look++)
            {
                arms.Serve(120);
                Assert.Equal(Difference(arms).Holds(0), MayBeEqual(arms));
                Assert.Equal(
                    QuantileTest.Ratio(arms.Latency(0), arms.Latency(1), 0.5, Alpha).Holds(1), QuantileTest.MayBeEqual(arms.Latency(0), arms.Latency(1), 0.5, Alpha));
                apart += MayBeEqual(arms) ? 0 : 1;
            }
        }

        Assert.InRange(apart, 1, 399);
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.5)]
    public void The_interval_of_a_rate_holds_it_at_all_times(double rate)
    {
        var missed = Enumerable.Range(0, Runs).Count(seed =>
        {
            var arms = new SimulatedArms(seed, (rate, rate), (1, 1));
            return Enumerable.Range(0, Looks).Any(_ =>
            {
                arms.Serve(RequestsALook);
                return !ProportionTest.Of(arms.Errors[0], arms.Requests[0], Alpha).Holds(rate);
            });
        });
        output.WriteLine($"rate {rate}: missed at some time in {missed / (double)Runs:P1} of {Runs} runs");
        Assert.True(missed / (double)Runs <= Most);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    public void The_interval_of_a_quantile_holds_it_at_all_times(double share)
    {
        // Of exp(0.6 z): the normal quantile is 0 and 1.6449.
        var truth = Math.Exp(0.6 * (share == 0.5 ? 0 : 1.6448536));
        var missed = Count((1, 1), arms => !QuantileTest.Of(arms.Latency(0), share, Alpha).Holds(truth));
        output.WriteLine($"quantile {share}: missed at some time in {missed / (double)Runs:P1} of {Runs} runs");
        Assert.True(missed / (double)Runs <= Most);
    }

    private static int Count((double One, double Two) scale, Func<SimulatedArms, bool> happens, int looks = Looks) => Enumerable.Range(0, Runs).AsParallel().Count(seed =>
    {
        var arms = new SimulatedArms(seed, (0.02, 0.02), scale);
        for (var look = 0; look < looks; look++)
        {
            arms.Serve(RequestsALook * Looks / looks);
            if (happens(arms))
            {
                return true;
            }
        }

        return false;
    });

    private static Interval Difference(SimulatedArms arms) =>
        ProportionTest.Difference(arms.Errors[0], arms.Requests[0], arms.Errors[1], arms.Requests[1], Alpha);

    private static bool MayBeEqual(SimulatedArms arms) =>
        ProportionTest.MayBeEqual(arms.Errors[0], arms.Requests[0], arms.Errors[1], arms.Requests[1], Alpha);

    private static double ZTest(SimulatedArms arms)
    {
        var (n, m) = (arms.Requests[0], arms.Requests[1]);
        var pooled = (arms.Errors[0] + arms.Errors[1]) / (double)(n + m);
        var deviation = Math.Sqrt(pooled * (1 - pooled) * ((1.0 / n) + (1.0 / m)));
        return n == 0 || m == 0 || deviation == 0 ? 0 : Math.Abs((arms.Errors[0] / (double)n) - (arms.Errors[1] / (double)m)) / deviation;
    }
}
