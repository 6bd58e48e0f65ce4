using Sky.Core.Autoscaling.Metrics;

namespace Sky.Core.Tests.Autoscaling.Metrics;

public sealed class WorkHistoryTests
{
    private static readonly DateTimeOffset _start = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private readonly WorkHistory _history = new();

    [Fact]
    public void Less_than_ten_seconds_tell_nothing()
    {
        Say(0);

        Assert.Null(Load(9));
        Assert.NotNull(Load(10));
        Assert.Null(WorkHistory.Of([], _start));
    }

    [Fact]
    public void Only_the_last_minute_counts_and_the_last_word_holds_on()
    {
        Say(0, tokens: 5000);
        Say(30, concurrency: 4, tokens: 8000);

        Assert.Equal(50, Load(60)!.TokensPerSecond!.Value, 6);
        Assert.Equal(2, Load(60)!.Concurrency!.Value, 6);
        Assert.Equal(4, Load(90)!.Concurrency!.Value, 6);
        Assert.Equal(0, Load(90)!.TokensPerSecond!.Value, 6);
    }

    [Fact]
    public void Waits_are_of_those_that_waited_of_those_that_did_not_and_of_those_that_still_do()
    {
        Say(0);
        Say(20, begun: 3, wait: 8);
        Say(30, begun: 3, wait: 8, held: 1, heldSeconds: 2);

        // 8 s of three, and 2 s and the 10 s since of the fourth.
        Assert.Equal((8 + 2 + 10) / 4.0, Load(40)!.QueueWaitSeconds!.Value, 6);
    }

    [Fact]
    public void An_idle_service_waits_for_nothing_and_one_whose_answers_have_not_begun_is_not_known()
    {
        Say(0);
        Assert.Equal((0.0, 0.0), (Load(20)!.QueueWaitSeconds!.Value, Load(20)!.FirstTokenSeconds!.Value));

        Say(20, begun: 2, concurrency: 2);
        Assert.Null(Load(30)!.FirstTokenSeconds);

        Say(31, begun: 2, concurrency: 2, firsts: 2, first: 3);
        Assert.Equal(1.5, Load(32)!.FirstTokenSeconds!.Value, 6);
    }

    [Fact]
    public void Gateways_add_up_and_one_that_is_gone_has_nothing_at_one_time_any_more()
    {
        var other = new WorkHistory();
        Say(0, concurrency: 2);
        other.Add(new WorkSample(_start, 6, 0, 0, new WorkTotals()));
        other.Add(new WorkSample(_start.AddSeconds(10), 6, 0, 0, new WorkTotals { Tokens = 600 }));

        var both = WorkHistory.Of([(_history, true), (other, true)], _start.AddSeconds(60))!;
        var one = WorkHistory.Of([(_history, true), (other, false)], _start.AddSeconds(60))!;
        Assert.Equal((8, 10), (both.Concurrency!.Value, both.TokensPerSecond!.Value));
        Assert.Equal((2, 10), (one.Concurrency!.Value, one.TokensPerSecond!.Value));
    }

    [Fact]
    public void A_gateway_that_does_not_count_leaves_only_what_is_at_one_time()
    {
        _history.Add(new WorkSample(_start, 3, 0, 0, null));
        var load = Load(30)!;

        Assert.Equal(3, load.Concurrency!.Value, 6);
        Assert.Equal((null, null, null), (load.TokensPerSecond, load.QueueWaitSeconds, load.FirstTokenSeconds));
    }

    [Fact]
    public void Many_words_in_a_second_are_one()
    {
        Say(0);
        for (var word = 0; word < 5000; word++)
        {
            _history.Add(new WorkSample(_start.AddSeconds(1).AddMilliseconds(word * 4), 1, 0, 0, new WorkTotals { Tokens = word }));
        }

        Assert.Equal(4999 / 30.0, Load(30)!.TokensPerSecond!.Value, 6);
    }

    private WorkLoad? Load(double at) => WorkHistory.Of([(_history, true)], _start.AddSeconds(at));

    private void Say(double at, int concurrency = 0, long tokens = 0, int held = 0, double heldSeconds = 0, long begun = 0, double wait = 0, long firsts = 0, double first = 0) =>
        _history.Add(new WorkSample(_start.AddSeconds(at), concurrency, held, heldSeconds, new WorkTotals
        {
            Tokens = tokens, Begun = begun, WaitMicroseconds = (long)(wait * 1e6), FirstTokens = firsts, FirstTokenMicroseconds = (long)(first * 1e6),
        }));
}
