using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Nodes;
using Xunit;

namespace Sky.Core.Tests.Clouds;

/// <summary>The life of a bought node, from its request to its end.</summary>
public sealed class NodeLifecycleTests
{
    private static readonly DateTimeOffset _start = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly NodeSight _nothing = new(true, null);
    private static readonly NodeSight _silence = new(false, null);

    [Fact]
    public void What_was_asked_for_is_asked_again_until_it_is_answered()
    {
        var (same, call) = NodeLifecycle.Next(Launch(), wanted: true, _nothing, _start);
        Assert.Equal((Launch() with { AskedAt = _start }, NodeCall.Launch), (same, call));
        Assert.Equal(NodeCall.Launch, NodeLifecycle.Next(Launch(), wanted: true, _silence, _start).Call);
    }

    [Theory]
    [InlineData(CloudFailure.Ambiguous)]
    [InlineData(CloudFailure.Throttled)]
    [InlineData(CloudFailure.Unavailable)]
    public void What_may_have_happened_is_replayed_as_it_was_with_a_growing_pause(CloudFailure failure)
    {
        var once = NodeLifecycle.NotLaunched(Launch(), new CloudException(failure, "no answer"), _start);
        Assert.Equal((NodeLaunchState.Requested, Launch().Request), (once.State, once.Request));
        Assert.Equal(NodeCall.Nothing, NodeLifecycle.Next(once, true, _nothing, _start).Call);
        Assert.Equal(NodeCall.Launch, NodeLifecycle.Next(once, true, _nothing, _start.AddSeconds(1)).Call);
        var often = Enumerable.Range(0, 40).Aggregate(once, (launch, _) => NodeLifecycle.NotLaunched(launch, new CloudException(failure, "no answer"), _start));
        Assert.Equal(_start.AddMinutes(1), often.NotBefore);
    }

    [Theory]
    [InlineData(CloudFailure.NoCapacity)]
    [InlineData(CloudFailure.Quota)]
    [InlineData(CloudFailure.Invalid)]
    [InlineData(CloudFailure.Unauthorized)]
    [InlineData(CloudFailure.NotFound)]
    public void What_made_nothing_for_certain_is_void(CloudFailure failure)
    {
        var refused = NodeLifecycle.NotLaunched(Launch(), new CloudException(failure, "no"), _start);
        Assert.Equal((NodeLaunchState.Void, failure, "no"), (refused.State, refused.Failure, refused.Reason));
        Assert.True(refused is { IsOver: true, IsLost: true });
        Assert.Equal((refused, NodeCall.Nothing), NodeLifecycle.Next(refused, true, _nothing, _start));
        Assert.Empty(NodeCosts.Between([refused], _start, _start.AddHours(5)));
    }

    [Theory]
    [InlineData(CloudFailure.Ambiguous)]
    [InlineData(CloudFailure.Throttled)]
    [InlineData(CloudFailure.Unavailable)]
    public void What_is_refused_after_a_call_without_an_answer_is_void_only_when_lists_had_time_and_do_not_show_it(CloudFailure first)
    {
        var refused = Refused(NodeLifecycle.NotLaunched(Asked(Launch(), _start), new CloudException(first, "who knows"), _start));
        Assert.Equal((NodeLaunchState.Requested, CloudFailure.Unauthorized, "no", false), (refused.State, refused.Failure, refused.Reason, refused.IsLost));

        // Nothing more is asked for, as that would have to be looked for too.
        Assert.Equal((refused, NodeCall.Nothing), NodeLifecycle.Next(refused, true, _nothing, _start.AddSeconds(60)));
        Assert.Equal((refused, NodeCall.Nothing), NodeLifecycle.Next(refused, true, _silence, _start.AddHours(1)));
        var proven = NodeLifecycle.Next(refused, true, _nothing, _start.AddSeconds(61)).Launch;
        Assert.Equal((NodeLaunchState.Void, CloudFailure.Unauthorized, "no"), (proven.State, proven.Failure, proven.Reason));
        Assert.Equal(_start.AddSeconds(61), proven.EndedAt);
    }

    [Fact]
    public void What_is_refused_and_is_there_all_the_same_is_the_node()
    {
        var refused = Refused(NodeLifecycle.NotLaunched(Asked(Launch(), _start), new CloudException(CloudFailure.Ambiguous, "who knows"), _start));
        var found = NodeLifecycle.Next(refused, true, Seen(), _start.AddSeconds(10)).Launch;
        Assert.Equal((NodeLaunchState.Booting, null, "host-1", _start.AddSeconds(10)), (found.State, found.Failure, found.Name, found.LaunchedAt));
        Assert.Equal(NodeLaunchState.Ready, NodeLifecycle.Next(found, true, Seen(), _start.AddSeconds(11)).Launch.State);

        // Only parts of it, or one that failed, goes first.
        var broken = new NodeSight(true, Node(running: false) with { Failure = new NodeFailure(CloudFailure.NoCapacity, "parts") });
        Assert.Equal((NodeLaunchState.Ending, CloudFailure.NoCapacity), NodeLifecycle.Next(refused, true, broken, _start.AddSeconds(10)).Launch is var ending ? (ending.State, ending.Failure!.Value) : default);
    }

    [Fact]
    public void A_call_that_its_controller_did_not_live_to_see_the_end_of_is_one_without_an_answer()
    {
        var asked = Asked(Launch(), _start);
        var (again, call) = NodeLifecycle.Next(asked, true, _nothing, _start.AddHours(1));
        Assert.Equal((NodeCall.Launch, _start.AddHours(1)), (call, again.UnansweredAt));
        var refused = Refused(again, _start.AddHours(1));
        Assert.Equal(NodeLaunchState.Requested, refused.State);
        Assert.Equal(NodeLaunchState.Void, NodeLifecycle.Next(refused, true, _nothing, _start.AddHours(1).AddSeconds(61)).Launch.State);

        // The first call and its answer in one life: nothing is to be looked for.
        Assert.Equal(NodeLaunchState.Void, Refused(asked).State);
    }

    [Fact]
    public void What_is_refused_may_be_there_also_when_nobody_wants_it_any_more()
    {
        var refused = Refused(NodeLifecycle.NotLaunched(Asked(Launch(), _start), new CloudException(CloudFailure.Ambiguous, "who knows"), _start));
        var (ending, call) = NodeLifecycle.Next(refused, wanted: false, _nothing, _start.AddSeconds(10));
        Assert.Equal((NodeLaunchState.Ending, NodeCall.Delete), (ending.State, call));
        Assert.Equal(NodeLaunchState.Ending, NodeLifecycle.Next(ending, false, _nothing, _start.AddSeconds(60)).Launch.State);
        Assert.Equal(NodeCall.Delete, NodeLifecycle.Next(ending, false, Seen(), _start.AddMinutes(5)).Call);
        Assert.Equal(NodeLaunchState.Void, NodeLifecycle.Next(ending, false, _nothing, _start.AddSeconds(61)).Launch.State);
    }

    [Fact]
    public void A_purchase_of_an_older_release_that_was_tried_before_is_looked_for_too() =>
        Assert.Equal((NodeLaunchState.Requested, _start), Refused(Launch() with { Tries = 2 }) is var refused ? (refused.State, refused.UnansweredAt) : default);

    [Fact]
    public void A_node_that_does_not_get_ready_goes_and_counts_as_lost_only_when_it_is_gone()
    {
        var launch = Launch() with { CreatedAt = _start.AddHours(-1) };
        var booting = NodeLifecycle.Launched(launch, Node(running: false), _start);
        Assert.Equal(NodeLaunchState.Booting, NodeLifecycle.Next(booting, true, Seen(running: false), _start.AddMinutes(14)).Launch.State);
        var (late, call) = NodeLifecycle.Next(booting, true, Seen(running: false), _start.AddMinutes(16));
        Assert.Equal((NodeLaunchState.Ending, NodeCall.Delete, false), (late.State, call, late.IsLost));
        var gone = NodeLifecycle.Next(late, true, _nothing, _start.AddMinutes(17)).Launch;
        Assert.Equal((NodeLaunchState.Ended, true, "it was not ready within 15 minutes"), (gone.State, gone.IsLost, gone.Reason));
    }

    [Fact]
    public void A_node_that_runs_is_ready_and_one_that_joins_a_cluster_when_it_has()
    {
        var booting = NodeLifecycle.Launched(Launch(), Node(running: false), _start);
        Assert.Equal(NodeLaunchState.Booting, NodeLifecycle.Next(booting, true, Seen(running: false), _start).Launch.State);
        Assert.Equal(NodeLaunchState.Ready, NodeLifecycle.Next(booting, true, Seen(), _start).Launch.State);

        var member = booting with { Request = booting.Request with { Offering = Offer() with { Engine = "swarm/east" } } };
        Assert.Equal(NodeLaunchState.Booting, NodeLifecycle.Next(member, true, Seen(), _start).Launch.State);
        var joined = NodeLifecycle.Next(member, true, Seen() with { EngineId = "x1" }, _start).Launch;
        Assert.Equal((NodeLaunchState.Ready, "x1"), (joined.State, joined.EngineId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_failed_after_it_was_taken_on_is_removed_first_and_only_then_void(bool atOnce)
    {
        var broken = Node(running: false) with { Failure = new NodeFailure(CloudFailure.NoCapacity, "none left") };
        var failed = atOnce
            ? NodeLifecycle.Launched(Launch(), broken, _start)
            : NodeLifecycle.Next(NodeLifecycle.Launched(Launch(), Node(running: false), _start), true, new NodeSight(true, broken), _start).Launch;
        Assert.Equal((NodeLaunchState.Ending, CloudFailure.NoCapacity, "none left", false), (failed.State, failed.Failure, failed.Reason, failed.IsLost));

        var (still, call) = NodeLifecycle.Next(failed, true, new NodeSight(true, broken), _start.AddSeconds(1));
        Assert.Equal((NodeLaunchState.Ending, NodeCall.Delete, false), (still.State, call, still.IsLost));
        Assert.Equal(failed, NodeLifecycle.Next(failed, true, _silence, _start.AddHours(1)).Launch);
        var gone = NodeLifecycle.Next(NodeLifecycle.Deleted(failed, _start), true, _nothing, _start.AddSeconds(2)).Launch;
        Assert.Equal((NodeLaunchState.Void, CloudFailure.NoCapacity, "none left", true), (gone.State, gone.Failure, gone.Reason, gone.IsLost));
        Assert.Empty(NodeCosts.Between([gone], _start, _start.AddHours(5)));
    }

    [Fact]
    public void Lists_that_lag_behind_do_not_end_a_node_that_was_just_made()
    {
        var booting = NodeLifecycle.Launched(Launch(), Node(), _start);
        Assert.Equal(NodeLaunchState.Booting, NodeLifecycle.Next(booting, true, _nothing, _start.AddSeconds(59)).Launch.State);
        Assert.Equal(NodeLaunchState.Ended, NodeLifecycle.Next(booting, true, _nothing, _start.AddSeconds(61)).Launch.State);
    }

    [Fact]
    public void A_node_that_is_gone_or_stopped_is_lost_but_not_while_its_cloud_is_silent()
    {
        var ready = Ready();
        Assert.Equal(ready, NodeLifecycle.Next(ready, true, _silence, _start.AddHours(1)).Launch);
        var gone = NodeLifecycle.Next(ready, true, _nothing, _start.AddHours(1)).Launch;
        Assert.Equal((NodeLaunchState.Ended, true), (gone.State, gone.IsLost));
        Assert.Equal(2, NodeCosts.Between([gone], _start, _start.AddHours(9))[0].Spent);

        // A spot machine that is only deallocated is still paid for in part: it is removed.
        var (stopped, call) = NodeLifecycle.Next(ready, true, Seen(running: false), _start);
        Assert.Equal((NodeLaunchState.Ending, true, NodeCall.Delete), (stopped.State, stopped.IsLost, call));
    }

    [Fact]
    public void A_node_that_is_not_ready_in_time_is_given_back()
    {
        var booting = NodeLifecycle.Launched(Launch(), Node(), _start) with { Request = Launch().Request with { Offering = Offer() with { Engine = "swarm/east" } } };
        var (late, call) = NodeLifecycle.Next(booting, true, Seen(), _start.AddMinutes(16));
        Assert.Equal((NodeLaunchState.Ending, false, NodeCall.Delete), (late.State, late.IsLost, call));
    }

    [Fact]
    public void What_nobody_wants_is_removed_until_it_is_seen_to_be_gone()
    {
        var (ending, call) = NodeLifecycle.Next(Ready(), wanted: false, Seen(), _start);
        Assert.Equal((NodeLaunchState.Ending, false, NodeCall.Delete), (ending.State, ending.IsLost, call));
        var asked = NodeLifecycle.Deleted(ending, _start);
        Assert.Equal(NodeCall.Nothing, NodeLifecycle.Next(asked, false, Seen(), _start).Call);
        Assert.Equal(NodeCall.Delete, NodeLifecycle.Next(asked, false, Seen(), _start.AddSeconds(2)).Call);
        Assert.Equal(NodeLaunchState.Ended, NodeLifecycle.Next(asked, false, _nothing, _start.AddSeconds(2)).Launch.State);
    }

    [Fact]
    public void What_was_asked_for_and_never_answered_may_yet_appear_after_it_is_not_wanted_any_more()
    {
        var (ending, call) = NodeLifecycle.Next(Launch(), wanted: false, _nothing, _start);
        Assert.Equal((NodeLaunchState.Ending, NodeCall.Delete), (ending.State, call));
        Assert.Equal(NodeLaunchState.Ending, NodeLifecycle.Next(ending, false, _nothing, _start.AddSeconds(30)).Launch.State);
        Assert.Equal(NodeLaunchState.Ended, NodeLifecycle.Next(ending, false, _nothing, _start.AddSeconds(61)).Launch.State);
    }

    [Fact]
    public void A_notice_is_kept()
    {
        var notice = new NodeNotice { Kind = NodeNoticeKind.Interruption, Detail = "terminate" };
        var told = NodeLifecycle.Next(Ready(), true, new NodeSight(true, Node() with { Notice = notice }), _start).Launch;
        Assert.Equal(notice, told.Notice);
        Assert.Equal(notice, NodeLifecycle.Next(told, true, Seen(), _start).Launch.Notice);
    }

    /// <summary>Stored before the call.</summary>
    private static NodeLaunch Asked(NodeLaunch launch, DateTimeOffset now) => NodeLifecycle.Next(launch, true, _nothing, now).Launch;

    private static NodeLaunch Refused(NodeLaunch launch, DateTimeOffset? now = null) => NodeLifecycle.NotLaunched(launch, new CloudException(CloudFailure.Unauthorized, "no"), now ?? _start);

    private static NodeLaunch Ready() => NodeLifecycle.Next(NodeLifecycle.Launched(Launch(), Node(), _start), true, Seen(), _start).Launch;

    private static NodeSight Seen(bool running = true) => new(true, Node(running));

    private static CloudNode Node(bool running = true) => new() { Id = new NodeId("n1"), Name = "host-1", Address = "10.0.0.1", Running = running };

    private static Offering Offer() => new() { Cloud = "sim", Zone = "a", InstanceType = "large", Cpus = 4, Memory = 16, UseSpot = true, HourlyCost = 2 };

    private static NodeLaunch Launch() => new()
    {
        Request = new NodeRequest(new NodeId("n1"), 1, Offer()), State = NodeLaunchState.Requested, CreatedAt = _start, ChangedAt = _start,
    };
}
