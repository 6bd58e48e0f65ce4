using Sky.Core.Specs;
using Sky.Gateway.Health.Outliers;
using Xunit;

namespace Sky.SystemTests.Gateway.Health;

/// <summary>Who is left out, and for how long: in made-up time.</summary>
public sealed class OutlierDetectorTests
{
    private readonly OutlierDetector _detector = new();
    private readonly OutlierSpec _spec = new() { MaxEjectedPercent = 100 };

    [Fact]
    public void So_many_failures_in_a_row_eject_and_one_success_between_them_does_not()
    {
        var all = Records(3);
        for (var n = 0; n < 4; n++)
        {
            Assert.False(Fail(all[0], all));
        }

        all[0].Succeeded();
        for (var n = 0; n < 4; n++)
        {
            Assert.False(Fail(all[0], all));
        }

        Assert.True(Fail(all[0], all));
        Assert.True(all[0].Ejected);
        Assert.False(all[1].Ejected);
    }

    [Fact]
    public void Each_ejection_in_a_row_lasts_longer_up_to_the_longest()
    {
        var all = Records(3);
        var now = TimeSpan.Zero;
        var lasted = new List<double>();
        for (var n = 0; n < 12; n++)
        {
            FailFive(all[0], all, _spec, now);
            Assert.True(all[0].Ejected);
            lasted.Add((all[0].EjectedUntil - now).TotalSeconds);
            _detector.Review(all, _spec, all[0].EjectedUntil - TimeSpan.FromTicks(1));
            Assert.True(all[0].Ejected);

            // At the end of an interval, when it is not ejected, one is forgiven: not here, where it comes back and fails at once.
            now = all[0].EjectedUntil;
            all[0].Return();
        }

        Assert.Equal([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300], lasted);
    }

    [Fact]
    public void It_comes_back_when_its_time_is_over_and_each_interval_in_order_forgives_one_ejection()
    {
        var all = Records(3);
        _detector.Review(all, _spec, TimeSpan.Zero);
        FailFive(all[0], all, _spec, TimeSpan.Zero);
        Assert.False(_detector.Review(all, _spec, TimeSpan.FromSeconds(29)));
        Assert.True(_detector.Review(all, _spec, TimeSpan.FromSeconds(30)));
        Assert.Equal((false, 0), (all[0].Ejected, all[0].InARow));
        _detector.Review(all, _spec, TimeSpan.FromSeconds(60));
        Assert.Equal(0, all[0].Ejections);
    }

    [Theory]
    [InlineData(10, 2, 1)]
    [InlineData(10, 9, 1)]
    [InlineData(10, 20, 2)]
    [InlineData(50, 4, 2)]
    [InlineData(100, 3, 3)]
    [InlineData(10, 1, 0)]
    [InlineData(0, 5, 0)]
    public void No_more_are_ejected_than_allowed_but_one_of_several(double percent, int replicas, int ejected)
    {
        var all = Records(replicas);
        foreach (var one in all)
        {
            FailFive(one, all, _spec with { MaxEjectedPercent = percent }, TimeSpan.Zero);
        }

        Assert.Equal(ejected, all.Count(one => one.Ejected));
    }

    [Fact]
    public void One_that_succeeds_much_less_than_the_others_is_ejected_at_the_end_of_the_interval()
    {
        var all = Records(10);
        _detector.Review(all, _spec, TimeSpan.Zero);
        Answer(all, failures: index => index == 3 ? 40 : 1);
        Assert.False(_detector.Review(all, _spec, TimeSpan.FromSeconds(9)));
        Assert.True(_detector.Review(all, _spec, TimeSpan.FromSeconds(10)));
        Assert.Equal([3], Enumerable.Range(0, 10).Where(index => all[index].Ejected));
    }

    [Fact]
    public void Too_few_replicas_too_few_answers_a_rule_taken_out_and_equal_rates_eject_nobody()
    {
        foreach (var (replicas, answers, spec) in new[] { (4, 100, _spec), (10, 99, _spec), (10, 100, _spec with { SuccessRateDeviations = 0 }) })
        {
            var (detector, all) = (new OutlierDetector(), Records(replicas));
            detector.Review(all, spec, TimeSpan.Zero);
            Answer(all, index => index == 0 ? answers / 2 : 0, answers);
            Assert.False(detector.Review(all, spec, TimeSpan.FromSeconds(10)));
        }

        var equal = Records(10);
        _detector.Review(equal, _spec, TimeSpan.Zero);
        Answer(equal, _ => 30);
        Assert.False(_detector.Review(equal, _spec, TimeSpan.FromSeconds(10)));
        FailFive(equal[0], equal, _spec with { ConsecutiveFailures = 0 }, TimeSpan.Zero);
        Assert.False(equal[0].Ejected);
    }

    [Fact]
    public void Counts_of_one_interval_do_not_reach_into_the_next()
    {
        var all = Records(10);
        _detector.Review(all, _spec, TimeSpan.Zero);
        Answer(all, index => index == 0 ? 30 : 0, answers: 60);
        Assert.False(_detector.Review(all, _spec, TimeSpan.FromSeconds(10)));
        Answer(all, index => index == 0 ? 30 : 0, answers: 60);
        Assert.False(_detector.Review(all, _spec, TimeSpan.FromSeconds(20)));
    }

    private static OutcomeRecord[] Records(int count) => [.. Enumerable.Range(0, count).Select(_ => new OutcomeRecord())];

    private static void Answer(OutcomeRecord[] all, Func<int, int> failures, int answers = 100)
    {
        for (var index = 0; index < all.Length; index++)
        {
            for (var n = 0; n < answers; n++)
            {
                if (n < failures(index))
                {
                    all[index].Failed();
                }
                else
                {
                    all[index].Succeeded();
                }
            }
        }
    }

    private static void FailFive(OutcomeRecord one, OutcomeRecord[] all, OutlierSpec spec, TimeSpan now)
    {
        for (var n = 0; n < 5; n++)
        {
            one.Failed();
            OutlierDetector.Failed(one, all, spec, now);
        }
    }

    private bool Fail(OutcomeRecord one, OutcomeRecord[] all)
    {
        one.Failed();
        return OutlierDetector.Failed(one, all, _spec, TimeSpan.Zero);
    }
}
