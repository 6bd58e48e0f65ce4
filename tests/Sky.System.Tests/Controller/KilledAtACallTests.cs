using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Testing.Processes;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>The controller dies at a write to its database or an effect on its replicas, which are real processes.</summary>
public sealed class KilledAtACallTests : KilledAtACallTestBase
{
    private string Starts => Path.Combine(Home.Root, "starts");

    [Theory]
    [InlineData("ran", 4)]
    public Task The_replicas_are_the_same_and_each_was_started_once(string point, int deaths) => EveryVerbAsync(point, deaths);

    [Theory]
    [Trait("Category", "Heavy")]
    [InlineData("read", 5)]
    [InlineData("commit", 5)]
    [InlineData("committed", 5)]
    [InlineData("list", 5)]
    [InlineData("run", 4)]
    [InlineData("stop", 3)]
    [InlineData("stopped", 3)]
    [InlineData("forget", 3)]
    [InlineData("forgotten", 3)]
    public Task The_same_holds_at_every_other_call(string point, int deaths) => EveryVerbAsync(point, deaths);

    private protected override Task<MortalController> StartAsync() => MortalController.StartAsync(Home);

    private protected override ServiceSpec Spec(string tag) =>
        Undrained(TestSpecs.Spec(2, run: $"echo $SKYPILOT_SERVE_REPLICA_ID >> {Starts}; TAG={tag} exec {SkyProgram.TestReplica} $SKY_PORT"));

    private protected override async Task<IReadOnlyList<int>> RunningAsync() =>
        [.. (await LivingAsync(Token)).Select(replica => replica.Replica.Id.Value)];

    private protected override async Task<IReadOnlyList<int>> StartsAsync()
    {
        var starts = (await File.ReadAllLinesAsync(Starts, Token)).Select(int.Parse).ToList();
        Assert.Equal(Enumerable.Range(1, starts.Count), starts.Order());
        return starts;
    }

    private protected override Task RemoveAsync() => SkyMachine.UntilAsync(
        async () =>
        {
            var living = await LivingAsync(CancellationToken.None);
            foreach (var replica in living)
            {
                await MortalController.EngineOf(Home).StopAsync(replica.Replica, TimeSpan.Zero, CancellationToken.None);
            }

            return living.Count == 0;
        },
        "nothing runs");

    private async Task<IReadOnlyList<EngineReplica>> LivingAsync(CancellationToken cancellationToken) =>
        [.. (await MortalController.EngineOf(Home).ListAsync(cancellationToken)).Where(replica => replica.State != EngineReplicaState.Exited)];
}
