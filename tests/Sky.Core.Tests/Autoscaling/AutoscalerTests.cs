using Sky.Core.Autoscaling;
using Sky.Core.Planning;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Autoscaling;

public sealed class AutoscalerTests
{
    private static readonly DateTimeOffset _start = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private static readonly ReplicaPolicySpec _policy = new()
    {
        MinReplicas = 1,
        MaxReplicas = 10,
        TargetQpsPerReplica = 2,
        UpscaleDelaySeconds = 300,
        DownscaleDelaySeconds = 1200,
    };

    private static IReadOnlyList<RequestCount> Steady(DateTimeOffset now, int perSecond) =>
        [.. Enumerable.Range(0, 60).Select(i => new RequestCount(now.ToUnixTimeSeconds() - 59 + i, perSecond))];

    private static AutoscalerInput Input(AutoscalerState state, IReadOnlyList<RequestCount> window, ReplicaPolicySpec? policy = null, int version = 1, int held = 0) => new()
    {
        Policy = policy ?? _policy,
        PolicyVersion = version,
        State = state,
        Load = new ServiceLoad { Window = window, Held = held },
    };

    private static AutoscalerState At(int target) => new() { Target = target, PolicyVersion = 1 };

    private static AutoscalerState Feed(AutoscalerState state, int perSecond, DateTimeOffset from, int seconds, ReplicaPolicySpec? policy = null)
    {
        for (var i = 0; i <= seconds; i++)
        {
            var now = from.AddSeconds(i);
            state = Autoscaler.Decide(Input(state, perSecond == 0 ? [] : Steady(now, perSecond), policy), now).State;
        }

        return state;
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(11, 6)]
    [InlineData(500, 10)]
    public void The_target_is_the_rate_over_what_one_replica_is_made_for_within_bounds(int perSecond, int target)
    {
        var atOnce = _policy with { UpscaleDelaySeconds = 0, DownscaleDelaySeconds = 0 };

        Assert.Equal(target, Autoscaler.Decide(Input(At(1), Steady(_start, perSecond), atOnce), _start).State.Target);
    }

    [Fact]
    public void More_is_adopted_when_it_was_asked_for_through_the_whole_delay_and_not_a_second_earlier()
    {
        Assert.Equal(1, Feed(At(1), 8, _start, 299).Target);
        Assert.Equal(4, Feed(At(1), 8, _start, 300).Target);
    }

    [Fact]
    public void Fewer_waits_the_downscale_delay()
    {
        Assert.Equal(4, Feed(At(4), 1, _start, 1199).Target);
        Assert.Equal(1, Feed(At(4), 1, _start, 1200).Target);
    }

    [Fact]
    public void A_break_starts_the_wait_again()
    {
        var state = Feed(At(1), 8, _start, 200);
        state = Feed(state, 2, _start.AddSeconds(201), 70);
        state = Feed(state, 8, _start.AddSeconds(272), 200);

        Assert.Equal(1, state.Target);
    }

    [Fact]
    public void A_restart_forgets_neither_target_nor_wait_nor_window()
    {
        var state = Feed(At(4), 8, _start, 30);
        var later = _start.AddSeconds(31);

        var afterRestart = Autoscaler.Decide(Input(state, []), later).State;

        Assert.Equal(4, afterRestart.Target);
        Assert.Null(afterRestart.BelowSince);
        Assert.True(RequestWindow.Total(RequestWindow.Merge(state.Window, [], later)) > 400);
    }

    [Fact]
    public void A_wait_that_began_before_a_restart_goes_on_after_it()
    {
        var state = Feed(At(1), 8, _start, 250);
        var later = _start.AddSeconds(320);

        Assert.Equal(4, Autoscaler.Decide(Input(state, Steady(later, 8)), later).State.Target);
    }

    [Fact]
    public void While_no_gateway_is_heard_nothing_is_scaled_down_however_long_the_controller_was_away()
    {
        var state = Feed(At(4), 1, _start, 60);
        var later = _start.AddHours(2);
        var unknown = Input(state, []) with { Load = new ServiceLoad { Known = false } };

        Assert.Equal(4, Autoscaler.Decide(unknown, later).State.Target);
        Assert.Equal(4, Autoscaler.Decide(Input(state, Steady(later, 8)), later.AddSeconds(1)).State.Target);
    }

    [Fact]
    public void From_zero_one_request_or_one_held_is_enough_at_once()
    {
        var policy = _policy with { MinReplicas = 0 };

        Assert.Equal(1, Autoscaler.Decide(Input(At(0), [new RequestCount(_start.ToUnixTimeSeconds(), 1)], policy), _start).State.Target);
        Assert.Equal(1, Autoscaler.Decide(Input(At(0), [], policy, held: 1), _start).State.Target);
        Assert.Equal(0, Autoscaler.Decide(Input(At(0), [], policy), _start).State.Target);
    }

    [Fact]
    public void An_update_clips_to_the_new_bounds_by_the_new_rate_and_starts_new_delays()
    {
        var state = Feed(At(1), 4, _start, 200);
        var now = _start.AddSeconds(201);

        var lighter = Autoscaler.Decide(Input(state, Steady(now, 4), _policy with { TargetQpsPerReplica = 4 }, version: 2), now).State;
        Assert.Equal((1, null), (lighter.Target, lighter.AboveSince));

        var heavier = Autoscaler.Decide(Input(state, Steady(now, 4), _policy with { TargetQpsPerReplica = 1 }, version: 2), now).State;
        Assert.Equal(4, heavier.Target);

        var smaller = Autoscaler.Decide(Input(At(8), Steady(now, 16), _policy with { MaxReplicas = 3 }, version: 2), now).State;
        Assert.Equal(3, smaller.Target);
    }

    [Fact]
    public void Of_two_reports_of_one_second_the_larger_counts_and_a_minute_ago_is_over()
    {
        var second = _start.ToUnixTimeSeconds();

        var merged = RequestWindow.Merge([new(second - 60, 9), new(second - 59, 1), new(second, 2)], [new(second - 1, 4), new(second, 5)], _start);

        Assert.Equal([new RequestCount(second - 59, 1), new(second - 1, 4), new(second, 5)], merged);
    }

    [Fact]
    public void Steady_load_is_written_at_most_every_five_seconds()
    {
        var writes = 0;
        var state = Feed(At(1), 1, _start, 0);
        for (var i = 1; i <= 100; i++)
        {
            var next = Autoscaler.Decide(Input(state, Steady(_start.AddSeconds(i), 1)), _start.AddSeconds(i)).State;
            writes += ReferenceEquals(next, state) ? 0 : 1;
            state = next;
        }

        Assert.Equal(20, writes);
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(11, 2)]
    [InlineData(13, 3)]
    [InlineData(34, 5)]
    public void With_accelerators_the_strongest_present_ones_carry_the_load_first(int perSecond, int target)
    {
        var policy = new ReplicaPolicySpec
        {
            MinReplicas = 1,
            MaxReplicas = 10,
            TargetQpsPerAccelerator = new Dictionary<string, double> { ["A100"] = 10, ["L4"] = 2 },
            UpscaleDelaySeconds = 0,
            DownscaleDelaySeconds = 0,
        };
        var input = Input(At(3), Steady(_start, perSecond), policy) with { Accelerators = ["L4:1", "A100:1", "l4"] };

        Assert.Equal(target, Autoscaler.Decide(input, _start).State.Target);
    }
}
