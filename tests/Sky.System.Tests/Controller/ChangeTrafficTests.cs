using Sky.Controller.Api;
using Sky.Controller.Traffic;
using Sky.Core.Services;
using Sky.Core.Traffic;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>What <c>sky serve traffic</c> makes of a service as it is stored.</summary>
public sealed class ChangeTrafficTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("1=90 9=10", 404, "Service 'a' has no version 9; see `sky serve history a`.")]
    [InlineData("1=90 2=5", 400, "The weights add up to 95, not 100: 1=90 2=5.")]
    [InlineData("1=90 2=20", 400, "The weights add up to 110, not 100: 1=90 2=20.")]
    [InlineData("1=90 1=10", 400, "Version 1 is given two weights.")]
    [InlineData("1=50 3=50", 409, "Version 3 of service 'a' was given up (replica 7: run exited with code 1), so it gets no requests. `sky serve rollback a --to 3` gives it another try.")]
    [InlineData("4=50 5=50", 422, "Versions 4 and 5 listen on port 8080, so they cannot be up at one time. Let `run` listen on $SKY_PORT instead.")]
    public void What_cannot_be_is_refused_with_its_reason(string weights, int status, string message)
    {
        var decision = Decide(Stored(), new TrafficRequest { Weights = Weights(weights) });
        Assert.Null(decision.Commit);
        Assert.Equal((status, message), (decision.Problem!.Status, decision.Problem.Error.Message));
    }

    [Fact]
    public void Services_that_are_not_up_and_mirrors_that_cannot_be_are_refused()
    {
        Assert.Equal(404, Decide(null, new TrafficRequest { Clear = true }).Problem!.Status);
        var stored = Stored();
        Assert.Equal(404, Decide(stored with { Service = stored.Service with { Phase = ServicePhase.Down } }, new TrafficRequest { Clear = true }).Problem!.Status);
        Assert.Equal(409, Decide(stored with { Service = stored.Service with { Phase = ServicePhase.ShuttingDown } }, new TrafficRequest { Clear = true }).Problem!.Status);
        Assert.Equal(400, Decide(stored, new TrafficRequest { Mirror = new MirrorTarget(2, 100) }).Problem!.Status);
        Assert.Equal(400, Decide(stored, new TrafficRequest { Mirror = new MirrorTarget(1, 0) }).Problem!.Status);
        Assert.Equal(404, Decide(stored, new TrafficRequest { Mirror = new MirrorTarget(8, 100) }).Problem!.Status);
        Assert.Equal(409, Decide(stored, new TrafficRequest { Mirror = new MirrorTarget(3, 100) }).Problem!.Status);
        Assert.Equal(400, Decide(stored, new TrafficRequest { Weights = Weights("1=50 2=50"), Sticky = "cookie" }).Problem!.Status);
        Assert.Equal(400, Decide(stored, new TrafficRequest { Clear = true, Sticky = "key" }).Problem!.Status);
    }

    [Fact]
    public void What_is_not_said_stays_and_each_change_of_the_division_has_a_number_of_its_own()
    {
        var divided = Apply(Stored(), new TrafficRequest { Weights = Weights("1=90 2=10"), Sticky = "header:X-User", Mirror = new MirrorTarget(4, 20) });
        Assert.Equal((1, "1=90 2=10", "header:X-User", new MirrorTarget(4, 20)), (divided.Service.Traffic!.Generation, divided.Service.Traffic.Text, $"{divided.Service.Traffic.Sticky}", divided.Service.Traffic.Mirror));

        var again = Decide(divided, new TrafficRequest { Weights = Weights("2=10 1=90") });
        Assert.True(again is { Commit: null, Answer.Unchanged: true });

        var shifted = Apply(divided, new TrafficRequest { Weights = Weights("1=50 2=50") });
        Assert.Equal((2, "header:X-User", new MirrorTarget(4, 20)), (shifted.Service.Traffic!.Generation, $"{shifted.Service.Traffic.Sticky}", shifted.Service.Traffic.Mirror));
        Assert.Null(Apply(shifted, new TrafficRequest { NoMirror = true }).Service.Traffic!.Mirror);
    }

    [Theory]
    [InlineData("2=100", 2)]
    [InlineData("1=100", 1)]
    [InlineData("1=100 2=0", 1)]
    [InlineData(null, 2)]
    public void All_for_one_version_or_a_clear_ends_it(string? weights, int target)
    {
        var divided = Apply(Stored(), new TrafficRequest { Weights = Weights("1=90 2=10"), Mirror = new MirrorTarget(4, 100) });
        var ended = Apply(divided, weights is null ? new TrafficRequest { Clear = true } : new TrafficRequest { Weights = Weights(weights) });
        Assert.Null(ended.Service.Traffic);
        Assert.Equal((target, 1), (ended.Service.TargetVersion, ended.Service.TrafficGenerations));
        Assert.True(Decide(ended, new TrafficRequest { Clear = true }) is { Commit: null, Answer.Unchanged: true });
    }

    [Fact]
    public void An_update_and_a_rollback_end_it_and_say_so()
    {
        var divided = Apply(Stored(), new TrafficRequest { Weights = Weights("1=90 2=10") });
        var update = PutService.Decide(new ServiceName("a"), divided, new PutServiceRequest { Spec = TestSpecs.Spec(1, run: "six") }, Now);
        var rollback = RollbackService.Decide("a", divided, 1, Now);
        foreach (var decision in new[] { update, rollback })
        {
            Assert.Null(decision.Commit!.Service.Traffic);
            Assert.Contains("Requests were divided (1=90 2=10); that ends with this change.", decision.Answer!.Notices);
        }
    }

    [Fact]
    public void The_view_tells_what_is_meant_and_what_is_so_now()
    {
        var stored = Apply(Stored(), new TrafficRequest { Weights = Weights("1=90 2=10"), Mirror = new MirrorTarget(4, 20) });
        stored = stored with { Service = stored.Service with { Traffic = stored.Service.Traffic! with { InForce = [new VersionWeight(2, 100)] } } };
        var view = TrafficViews.Of(stored, new Dictionary<int, Core.Traffic.Experiments.ArmSight>(), Now);
        Assert.Equal(
            [(1, 90, 0, 0, "STARTING"), (2, 10, 100, 0, "STARTING"), (4, 0, 0, 20, "MIRROR")],
            view.Arms.Select(arm => (arm.Version, arm.Weight, arm.InForce, arm.Mirrored, arm.Status)));
        Assert.False(TrafficViews.Of(Stored(), new Dictionary<int, Core.Traffic.Experiments.ArmSight>(), Now).Divided);
        Assert.Equal([(2, 100, 100)], TrafficViews.Of(Stored(), new Dictionary<int, Core.Traffic.Experiments.ArmSight>(), Now).Arms.Select(arm => (arm.Version, arm.Weight, arm.InForce)));
    }

    [Fact]
    public void The_version_before_is_shown_as_leaving_while_it_still_answers()
    {
        var stored = Stored() with { Replicas = [Aggregates.Replica("a", 1, ReplicaState.Ready, port: 1), Aggregates.Replica("a", 2, ReplicaState.Ready, port: 2) with { Version = 2 }] };
        Assert.Equal(
            [(1, "LEAVING"), (2, "SERVING")],
            TrafficViews.Of(stored, new Dictionary<int, Core.Traffic.Experiments.ArmSight>(), Now).Arms.Select(arm => (arm.Version, arm.Status)));
    }

    private static Decision Decide(ServiceAggregate? stored, TrafficRequest request) => ChangeTraffic.Decide("a", stored, request, Now);

    private static ServiceAggregate Apply(ServiceAggregate stored, TrafficRequest request) =>
        stored with { Service = Decide(stored, request).Commit!.Service };

    private static VersionWeight[] Weights(string text) =>
        [.. text.Split(' ').Select(arm => arm.Split('=')).Select(pair => new VersionWeight(int.Parse(pair[0]), int.Parse(pair[1])))];

    /// <summary>Version 2 serves; 3 was given up; 4 and 5 listen on one port.</summary>
    private static ServiceAggregate Stored()
    {
        var versions = Enumerable.Range(1, 5).ToDictionary(number => number, number => new VersionRecord
        {
            Service = new ServiceName("a"),
            Number = number,
            Spec = TestSpecs.Spec(1, run: $"run {number}", takesPort: number < 4),
            CreatedAt = Now,
        });
        return new ServiceAggregate
        {
            RowVersion = 7,
            Replicas = [],
            Versions = versions,
            Service = new ServiceRecord
            {
                Name = new ServiceName("a"),
                Phase = ServicePhase.Active,
                LatestVersion = 5,
                TargetVersion = 2,
                NextReplicaId = new ReplicaId(1),
                Autoscaler = new Core.Autoscaling.AutoscalerState { Target = 1 },
                CreatedAt = Now,
                Versions = new Dictionary<int, VersionProgress> { [3] = new() { FailedAt = Now, FailedReason = "replica 7: run exited with code 1" } },
            },
        };
    }
}
