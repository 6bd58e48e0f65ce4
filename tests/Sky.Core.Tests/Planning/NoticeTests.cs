using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;
using Xunit;

namespace Sky.Core.Tests.Planning;

/// <summary>What an engine says of a replica is its reason, while there is no better one.</summary>
public sealed class NoticeTests
{
    [Fact]
    public void One_that_waits_says_what_for()
    {
        var row = Look(ReplicaState.Provisioning, EngineReplicaState.Created, "pulling image x");

        Assert.Equal((ReplicaState.Provisioning, "pulling image x"), (row.State, row.Reason));
    }

    [Theory]
    [InlineData("its health check fails")]
    [InlineData(null)]
    public void One_that_is_ready_says_what_a_person_should_know_as_long_as_it_is_so(string? notice)
    {
        var row = Look(ReplicaState.Ready, EngineReplicaState.Running, notice, "something before");

        Assert.Equal((ReplicaState.Ready, notice), (row.State, row.Reason));
    }

    [Fact]
    public void One_that_is_not_ready_keeps_what_its_probe_said() =>
        Assert.Equal("HTTP 503", Look(ReplicaState.NotReady, EngineReplicaState.Running, "its health check fails", "HTTP 503", healthy: false).Reason);

    private static ReplicaRecord Look(ReplicaState state, EngineReplicaState seen, string? notice, string? reason = null, bool healthy = true)
    {
        var world = new World(TestSpec.Of());
        world.Run(5);
        var row = Assert.Single(world.Ready) with { State = state, Reason = reason };
        world.Put(row);
        world.Healthy = _ => healthy;
        world.Say(row.Id.Value, seen, notice);
        Planner.Plan(world.Snapshot(), world.Now).Upserts.Where(next => next.Id == row.Id).ToList().ForEach(world.Put);
        return world.Row(row.Id.Value);
    }
}
