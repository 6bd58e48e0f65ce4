using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Swarm;
using Sky.Providers.Registries;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>A Swarm of three machines, all managers: how replicas find each other over them, and what the engine sees and can do while daemons die and machines are cut off.</summary>
[Trait("Category", "Heavy")]
public sealed class ClusterFaultTests : EngineTestBase, IAsyncLifetime
{
    private readonly OwnerId _owner = new(Guid.NewGuid().ToString("N"));
    private SwarmBed? _bed;
    private BedNodes? _nodes;
    private SwarmEngine? _engine;
    private string[] _ids = [];

    protected override IEngine Engine => _engine!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(SwarmBed.SkipReason is not null, SwarmBed.SkipReason ?? "");
        var image = TestImage.BuildAsync(TestImage.UsualPrograms);
        _bed = await SwarmBed.StartAsync(3);
        foreach (var node in _bed.Nodes)
        {
            await (await image).ImportAsync(node.Api, SharedDocker.Image);
        }

        await _bed.JoinAllAsync(managers: 3);
        _nodes = await BedNodes.OfAsync(_bed, managers: 3);
        _ids = [.. _nodes.Ids];
        _engine = NewEngine();
    }

    private SwarmEngine NewEngine() => new(
        new SwarmEngineOptions { Name = "swarm/test", Cluster = "test", Network = "sky-faults", BaseImage = SharedDocker.Image },
        _nodes!, _owner, TimeProvider.System, new RegistryLogins(new DockerConfigFile("/nonexistent", new CredentialHelper())));

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        _nodes?.Dispose();
        if (_bed is not null)
        {
            await _bed.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_daemon_that_is_killed_loses_its_replica_and_what_lived_on_is_removed_when_it_returns()
    {
        var lost = Key(1);
        await Engine.RunAsync(On(lost, 2), Cancel);
        await UntilAsync(lost, EngineReplicaState.Running);

        await _bed!.Nodes[2].KillAsync();
        await UntilAsync(lost, EngineReplicaState.Lost);
        await Engine.StopAsync(lost, TimeSpan.FromSeconds(1), Cancel);
        await UntilAsync(lost, EngineReplicaState.Exited);
        var other = Key(2);
        await Engine.RunAsync(On(other, 1), Cancel);
        await UntilAsync(other, EngineReplicaState.Running);
        await Engine.ForgetAsync(lost, Cancel);
        Assert.Null(await FindAsync(lost));

        await _bed.Nodes[2].StartAgainAsync();
        await UntilNoneRunsAsync(2);
        Assert.Equal(EngineReplicaState.Running, (await FindAsync(other))?.State);

        // What it left there goes at the next look around, which another controller takes at once.
        await using var next = NewEngine();
        Assert.Equal([other], (await next.ListAsync(Cancel)).Select(replica => replica.Replica));
        await UntilAsync(async () =>
        {
            await using var again = NewEngine();
            await again.ListAsync(Cancel);
            return !(await _bed.Nodes[2].Api.GetJsonAsync("/volumes")).GetProperty("Volumes").EnumerateArray().Any();
        });
        Assert.Single((await _bed.Nodes[1].Api.GetJsonAsync("/volumes")).GetProperty("Volumes").EnumerateArray());
    }

    [Fact]
    public async Task The_leader_cut_off_costs_no_change_and_without_a_majority_changes_wait_and_what_runs_goes_on()
    {
        var first = Key(1);
        await Engine.RunAsync(On(first, 2), Cancel);
        await UntilAsync(first, EngineReplicaState.Running);

        await _bed!.CutAsync(1, cut: true);
        var second = Key(2);
        await UntilDoneAsync(() => Engine.RunAsync(On(second, 1), Cancel));
        await UntilAsync(second, EngineReplicaState.Running);

        await _bed.CutAsync(2, cut: true);
        var error = await UntilRefusedAsync(() => Engine.RunAsync(On(Key(3), 2), Cancel));
        Assert.Equal(EngineFailure.Unavailable, error.Failure);
        Assert.StartsWith("no manager of cluster test can be asked", error.Message, StringComparison.Ordinal);
        Assert.Single(await _bed.Nodes[2].Api.ContainersAsync(), IsRunning);

        await _bed.CutAsync(1, cut: false);
        await _bed.CutAsync(2, cut: false);
        await UntilDoneAsync(() => Engine.RunAsync(On(Key(3), 2), Cancel));
        await UntilAsync(Key(3), EngineReplicaState.Running);
        await UntilAsync(first, EngineReplicaState.Running);
    }

    [Fact]
    public async Task A_services_name_leads_from_one_machine_to_replicas_on_others()
    {
        for (var id = 1; id <= 2; id++)
        {
            await AskedModel.ImportAsync(_bed!.Nodes[id].Api);
            await Engine.RunAsync(AskedModel.Of(Request(Key(id, "asked"), ""), ready: "1") with { Node = _ids[id] }, Cancel);
        }

        var caller = Key(1, "caller");
        await Engine.RunAsync(Request(caller, AskedModel.Caller) with { Node = _ids[0] }, Cancel);
        await UntilAsync(async () => (await LinesAsync(caller, 1)).Contains("found: replica=1 late=0, replica=2 late=0"));
    }

    private static bool IsRunning(System.Text.Json.JsonElement container) => container.GetProperty("State").GetString() == "running";

    private RunRequest On(ReplicaKey key, int node) => Request(key, Forever) with { Node = _ids[node] };

    private Task UntilNoneRunsAsync(int node) => UntilAsync(async () => !(await _bed!.Nodes[node].Api.ContainersAsync()).Any(IsRunning));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var until = TimeProvider.System.GetUtcNow().AddSeconds(120); TimeProvider.System.GetUtcNow() < until; await Task.Delay(200, Cancel))
        {
            if (await condition())
            {
                return;
            }
        }

        Assert.Fail("it did not become true");
    }

    private static async Task UntilDoneAsync(Func<Task> call)
    {
        for (var until = TimeProvider.System.GetUtcNow().AddSeconds(120); ; await Task.Delay(500, Cancel))
        {
            try
            {
                await call();
                return;
            }
            catch (EngineException) when (TimeProvider.System.GetUtcNow() < until)
            {
            }
        }
    }

    private static async Task<EngineException> UntilRefusedAsync(Func<Task> call)
    {
        for (var until = TimeProvider.System.GetUtcNow().AddSeconds(120); TimeProvider.System.GetUtcNow() < until; await Task.Delay(500, Cancel))
        {
            try
            {
                await call();
            }
            catch (EngineException refused)
            {
                return refused;
            }
        }

        throw new TimeoutException("nothing was refused");
    }
}
