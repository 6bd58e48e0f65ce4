using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>The contract of engines on a Swarm of one machine.</summary>
[Collection(SwarmWorld.Collection)]
public sealed class SwarmEngineTests(SharedSwarm shared) : EngineContract, IAsyncLifetime
{
    private SwarmWorld? _world;

    protected override IEngine Engine => _world!.Engine;

    protected override string? NodeOfReplicas => _world!.Nodes.Ids.Single();

    public async ValueTask InitializeAsync() => _world = await SwarmWorld.StartAsync(shared);

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    [Fact]
    public async Task Secrets_are_in_the_environment_of_the_command_and_not_in_what_the_cluster_shows()
    {
        const string canary = "c4nary\\n 'quoted'\nsecond line\n";
        var request = Request(Key(), "printf '%s|' \"$TOKEN\"; cat /run/secrets/TOKEN; exit 0");
        request = request with { Task = request.Task with { Secrets = new Dictionary<string, SecretValue> { ["TOKEN"] = new(canary) } } };
        await Engine.RunAsync(request, Cancel);
        await UntilAsync(request.Replica, EngineReplicaState.Exited);

        Assert.Equal((canary + "|" + canary).TrimEnd().Split('\n'), await LinesAsync(request.Replica, null));
        var api = _world!.Api;
        foreach (var path in new[] { "/services", "/tasks", "/secrets", "/configs", "/containers/json?all=1" })
        {
            Assert.DoesNotContain("c4nary", await api.GetAsync(path), StringComparison.Ordinal);
        }

        foreach (var container in await api.ContainersAsync())
        {
            Assert.DoesNotContain("c4nary", await api.GetAsync($"/containers/{container.GetProperty("Id").GetString()}/json"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_container_that_crashes_is_started_again_three_times_within_ten_minutes_and_then_it_is_over()
    {
        await Engine.RunAsync(Request(Key(), "exit 7"), Cancel);
        var ended = await UntilAsync(Key(), EngineReplicaState.Exited);

        Assert.Equal(7, ended.Exit?.Code);
        var api = _world!.Api;
        var tasks = (await api.GetJsonAsync("/tasks")).EnumerateArray().ToList();
        Assert.Equal(1 + 3, tasks.Count);
        Assert.All(tasks, task => Assert.Equal("failed", task.GetProperty("Status").GetProperty("State").GetString()));
        var policy = (await api.GetJsonAsync("/services"))[0].GetProperty("Spec").GetProperty("TaskTemplate").GetProperty("RestartPolicy");
        Assert.Equal(("on-failure", 3, TimeSpan.FromMinutes(10).TotalNanoseconds), (policy.GetProperty("Condition").GetString(), policy.GetProperty("MaxAttempts").GetInt32(), policy.GetProperty("Window").GetDouble()));
    }

    [Fact]
    public async Task On_a_node_that_does_not_answer_a_replica_is_ended_and_forgotten_by_managers_and_its_files_go_when_the_node_is_back()
    {
        var api = _world!.Api;
        await Engine.RunAsync(Request(Key(), Forever), Cancel);
        await UntilAsync(Key(), EngineReplicaState.Running);

        _world.Nodes.AreSilent = true;
        await Engine.StopAsync(Key(), TimeSpan.FromSeconds(1), Cancel);
        await UntilAsync(Key(), EngineReplicaState.Exited);
        await Engine.ForgetAsync(Key(), Cancel);
        Assert.Null(await FindAsync(Key()));
        Assert.Empty((await api.GetJsonAsync("/services")).EnumerateArray());
        Assert.Single((await api.GetJsonAsync("/volumes")).GetProperty("Volumes").EnumerateArray());
        while ((await api.ContainersAsync()).Count > 0)
        {
            await Task.Delay(100, Cancel);
        }

        // What is left is looked for once a minute; another controller looks at once.
        _world.Nodes.AreSilent = false;
        await using var next = _world.NewEngine();
        Assert.Empty(await next.ListAsync(Cancel));
        Assert.Empty((await api.GetJsonAsync("/volumes")).GetProperty("Volumes").EnumerateArray());
    }

    /// <summary>The agent of the node leads to them.</summary>
    protected override bool TakesPorts => false;

    protected override async Task TakePortAsync(int port) =>
        await _world!.Bed.InAsync(_world.Bed.NamespaceOf(1), "sh", "-c", $"perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 1, LocalPort => {port}) or die; sleep 30' >/dev/null 2>&1 &");
}
