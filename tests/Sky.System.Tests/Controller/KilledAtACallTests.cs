using Sky.Core;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Processes;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>
/// The controller dies exactly before or after a write to its database or an effect on its replicas, which are real processes, in every verb;
/// the next one goes on over the same home.
/// </summary>
public sealed class KilledAtACallTests : IAsyncLifetime
{
    private const string Name = "svc";
    private readonly SkyHome _home = new(Directory.CreateTempSubdirectory("sky-mortal-").FullName);
    private MortalController _controller = null!;
    private int _deaths;

    private string Starts => Path.Combine(_home.Root, "starts");

    public async ValueTask InitializeAsync() => _controller = await MortalController.StartAsync(_home);

    public async ValueTask DisposeAsync()
    {
        await _controller.DisposeAsync();
        var engine = MortalController.EngineOf(_home);
        await SkyMachine.UntilAsync(
            async () =>
            {
                var living = (await engine.ListAsync(CancellationToken.None)).Where(replica => replica.State != EngineReplicaState.Exited).ToList();
                foreach (var replica in living)
                {
                    await engine.StopAsync(replica.Replica, TimeSpan.Zero, CancellationToken.None);
                }

                return living.Count == 0;
            },
            "nothing runs");
        Directory.Delete(_home.Root, recursive: true);
    }

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

    private async Task EveryVerbAsync(string point, int deaths)
    {
        await CarryOutAsync(point, controller => controller.PutAsync(Name, Spec("one")), version: 1, 1, 2);
        await CarryOutAsync(point, controller => controller.PutAsync(Name, Spec("two")), version: 2, 3, 4);
        await CarryOutAsync(point, controller => controller.ScaleAsync(Name, 3), version: 2, 3, 4, 5);
        await CarryOutAsync(point, controller => controller.RollbackAsync(Name, 1), version: 1, 6, 7, 8);
        await CarryOutAsync(point, controller => controller.DeleteAsync(Name), version: null);

        Assert.Equal(deaths, _deaths);
    }

    private async Task CarryOutAsync(string point, Func<MortalController, Task> verb, int? version, params int[] ids)
    {
        bool Reached(ServiceView? view) => version is null
            ? view is null
            : view is not null && view.Replicas.Select(row => row.Id).Order().SequenceEqual(ids) && view.Replicas.All(row => row.Status == ReplicaStatus.Ready && row.Version == version);

        _controller.Point.Arm(point);
        List<Task> disturbed = [verb(_controller), _controller.UntilAsync(Name, Reached)];
        await Task.WhenAny(_controller.Point.Reached, Task.WhenAll(disturbed));
        if (_controller.Point.Reached.IsCompleted)
        {
            _deaths++;
            await _controller.DisposeAsync();
            await Task.WhenAll(disturbed).ContinueWith(_ => { }, TaskScheduler.Default);
            _controller = await MortalController.StartAsync(_home);
            await verb(_controller);
        }

        await _controller.UntilAsync(Name, Reached);
        await CheckProcessesAsync(ids);
    }

    private async Task CheckProcessesAsync(int[] ids)
    {
        var running = (await MortalController.EngineOf(_home).ListAsync(TestContext.Current.CancellationToken)).Where(replica => replica.State != EngineReplicaState.Exited);
        Assert.Equal(ids, running.Select(replica => replica.Replica.Id.Value).Order());
        var started = (await File.ReadAllLinesAsync(Starts, TestContext.Current.CancellationToken)).Select(int.Parse).ToList();
        Assert.Equal(Enumerable.Range(1, started.Count), started.Order());
    }

    private ServiceSpec Spec(string tag)
    {
        var spec = TestSpecs.Spec(2, run: $"echo $SKYPILOT_SERVE_REPLICA_ID >> {Starts}; TAG={tag} exec {SkyProgram.TestReplica} $SKY_PORT");
        return spec with { Serving = spec.Serving with { DrainSeconds = 0 } };
    }
}
