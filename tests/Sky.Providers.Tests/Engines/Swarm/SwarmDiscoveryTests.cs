using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>How the models of one cluster find each other: by a service's name, which leads to those of its replicas that are ready.</summary>
[Collection(SwarmWorld.Collection)]
public sealed class SwarmDiscoveryTests(SharedSwarm shared) : EngineTestBase, IAsyncLifetime
{
    private SwarmWorld? _world;

    protected override IEngine Engine => _world!.Engine;

    protected override string? NodeOfReplicas => _world!.Nodes.Ids.Single();

    public async ValueTask InitializeAsync()
    {
        _world = await SwarmWorld.StartAsync(shared, network: "sky-discovery");
        await AskedModel.ImportAsync(_world.Api);
    }

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_services_name_leads_another_model_to_its_ready_replicas_and_to_no_other()
    {
        var (ready, late, caller) = (Key(1, "asked"), Key(2, "asked"), Key(1, "caller"));
        await Engine.RunAsync(Asked(ready, "1"), Cancel);
        await Engine.RunAsync(Asked(late, "0"), Cancel);
        await Engine.RunAsync(Request(caller, AskedModel.Caller), Cancel);

        await FoundAsync(caller, "replica=1 late=0");
        await UntilProbedAsync(late);
        Assert.Equal((EngineReplicaState.Running, true), await StateAsync(ready));
        Assert.Equal((EngineReplicaState.Running, false), await StateAsync(late));
        Assert.NotNull((await FindAsync(late))!.Endpoint);
        Assert.DoesNotContain("replica=2", await AllAsync(caller), StringComparison.Ordinal);
        await AssertHiddenAsync();

        await _world!.Api.PostAsync($"/containers/{await ContainerAsync(late)}/kill?signal=USR1");
        await FoundAsync(caller, "replica=1 late=0, replica=2 late=0");
        await UntilAsync(async () => await StateAsync(late) == (EngineReplicaState.Running, true));

        // Out of the name first, told to end afterwards.
        await Engine.StopAsync(ready, TimeSpan.FromSeconds(10), Cancel);
        await FoundAsync(caller, "replica=2 late=0");
        await UntilAsync(ready, EngineReplicaState.Exited);
        Assert.DoesNotContain("late=1", await AllAsync(caller), StringComparison.Ordinal);

        // Once it is in the name it is not asked from within any more.
        Assert.Single(await LinesAsync(ready, null), "probed");
    }

    private RunRequest Asked(ReplicaKey key, string ready) => AskedModel.Of(Request(key, ""), ready);

    private async Task<(EngineReplicaState, bool)> StateAsync(ReplicaKey key) =>
        await FindAsync(key) is { } seen ? (seen.State, seen.Announced) : throw new InvalidOperationException($"{key} is not listed");

    private async Task<string> AllAsync(ReplicaKey key) => string.Join('\n', await LinesAsync(key, null));

    private Task FoundAsync(ReplicaKey caller, string answers) => UntilAsync(async () => (await LinesAsync(caller, 1)).Contains($"found: {answers}"));

    private Task UntilProbedAsync(ReplicaKey key) => UntilAsync(async () => (await AllAsync(key)).Contains("probed", StringComparison.Ordinal));

    private async Task<string> ContainerAsync(ReplicaKey key) => (await _world!.Api.ContainersAsync())
        .Single(one => one.GetProperty("Labels").GetProperty("skyswarm.service").GetString() == key.Service.Value && one.GetProperty("Labels").GetProperty("skyswarm.replica").GetString() == $"{key.Id}")
        .GetProperty("Id").GetString()!;

    /// <summary>The request of the probe is in nothing that the cluster shows.</summary>
    private async Task AssertHiddenAsync()
    {
        foreach (var container in await _world!.Api.ContainersAsync())
        {
            Assert.DoesNotContain(AskedModel.Canary, await _world.Api.GetAsync($"/containers/{container.GetProperty("Id").GetString()}/json"), StringComparison.Ordinal);
        }

        foreach (var path in new[] { "/services", "/tasks", "/secrets", "/configs", "/containers/json?all=1" })
        {
            Assert.DoesNotContain(AskedModel.Canary, await _world.Api.GetAsync(path), StringComparison.Ordinal);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var until = TimeProvider.System.GetUtcNow().AddSeconds(60); TimeProvider.System.GetUtcNow() < until; await Task.Delay(50, Cancel))
        {
            if (await condition())
            {
                return;
            }
        }

        Assert.Fail("it did not become true within a minute");
    }
}
