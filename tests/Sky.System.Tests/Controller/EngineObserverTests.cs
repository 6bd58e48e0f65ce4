using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Reconciling;
using Sky.Core.Engines;
using Sky.Core.Placement;
using Sky.Core.Services;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>Several engines listed as one.</summary>
public sealed class EngineObserverTests
{
    private static readonly ServiceName _service = new("svc");
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_replica_bears_the_name_of_the_engine_that_lists_it()
    {
        using var observer = Of(Listing("process", [Replica(1)]), Listing("docker", [Replica(2)]));
        var seen = await observer.ObserveAsync(0, TimeSpan.Zero, Cancel);
        Assert.Empty(seen.Silent);
        Assert.Equal(["docker", "process"], seen.Of(_service)!.Values.Select(replica => replica.Engine).Order());
    }

    [Fact]
    public async Task One_that_fails_is_silent_and_the_others_are_listed()
    {
        using var observer = Of(Listing("process", [Replica(1)]), new ListingEngine("docker", _ => throw new EngineException(EngineFailure.Unavailable, "not there")));
        var seen = await observer.ObserveAsync(0, TimeSpan.Zero, Cancel);
        Assert.Equal("not there", Assert.Single(seen.Silent, one => one.Key == "docker").Value);
        Assert.Same(seen.Silent, observer.Silent);
        Assert.Single(seen.Of(_service)!);
    }

    [Fact]
    public async Task None_that_answers_is_no_observation()
    {
        using var observer = Of(new ListingEngine("docker", _ => throw new EngineException(EngineFailure.Unavailable, "not there")));
        var seen = await observer.ObserveAsync(0, TimeSpan.Zero, Cancel);
        Assert.Null(seen.Of(_service));
        Assert.Equal("not there", Assert.Single(seen.Silent, one => one.Key == "docker").Value);
        Assert.Same(seen.Silent, observer.Silent);
    }

    [Fact]
    public async Task One_whose_call_ends_as_cancelled_though_nobody_did_is_silent_too()
    {
        using var observer = Of(Listing("process", [Replica(1)]), new ListingEngine("docker", _ => throw new TaskCanceledException()));
        Assert.True((await observer.ObserveAsync(0, TimeSpan.Zero, Cancel)).Silent.ContainsKey("docker"));
    }

    [Fact]
    public async Task What_is_doubted_is_where_replicas_of_ones_own_machines_were_lost()
    {
        using var observer = Of(Listing("process", [.. Enumerable.Range(1, 4).Select(id => Replica(id) with { State = id == 4 ? EngineReplicaState.Running : EngineReplicaState.Lost })]));
        var seen = await observer.ObserveAsync(0, TimeSpan.Zero, Cancel);
        ReplicaRecord Row(int id, ReplicaState state, string cloud, bool bought = false) =>
            Aggregates.Replica("svc", id, state) with { Placement = new ReplicaPlacement { Cloud = cloud, Node = "n", Bought = bought } };
        Assert.Equal(
            ["mine"],
            seen.LostAt(Aggregates.Service(
                "svc", null, Row(1, ReplicaState.NotReady, "mine"), Row(2, ReplicaState.Failed, "ended"), Row(3, ReplicaState.Ready, "bought", bought: true), Row(4, ReplicaState.Ready, "runs"))));
    }

    [Fact]
    public async Task One_that_hangs_is_waited_for_once()
    {
        var answer = new TaskCompletionSource<IReadOnlyList<EngineReplica>>();
        using var observer = Of(Listing("process", [Replica(1)]), new ListingEngine("docker", _ => answer.Task));
        var first = observer.ObserveAsync(0, TimeSpan.Zero, Cancel);
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("engine docker does not answer in time", (await first).Silent["docker"]);

        // No time passes for the next one.
        var second = await observer.ObserveAsync(observer.Mark(), TimeSpan.Zero, Cancel);
        Assert.Equal("engine docker does not answer in time", second.Silent["docker"]);
        Assert.Single(second.Of(_service)!);

        answer.SetResult([Replica(2)]);
        var third = await observer.ObserveAsync(observer.Mark(), TimeSpan.Zero, Cancel);
        Assert.Empty(third.Silent);
        Assert.Equal(2, third.Of(_service)!.Count);
    }

    [Fact]
    public async Task A_replica_that_two_engines_know_is_where_it_has_not_ended()
    {
        using var observer = Of(Listing("process", [Replica(1, EngineReplicaState.Exited)]), Listing("docker", [Replica(1)]));
        var seen = await observer.ObserveAsync(0, TimeSpan.Zero, Cancel);
        Assert.Equal("docker", Assert.Single(seen.Of(_service)!).Value.Engine);
    }

    private static EngineReplica Replica(int id, EngineReplicaState state = EngineReplicaState.Running) =>
        new() { Replica = new ReplicaKey(_service, new ReplicaId(id)), State = state };

    private static ListingEngine Listing(string name, IReadOnlyList<EngineReplica> replicas) => new(name, _ => Task.FromResult(replicas));

    private EngineObserver Of(params IEngine[] engines) => new(new EngineSet(engines), _time, NullLogger<EngineObserver>.Instance);
}
