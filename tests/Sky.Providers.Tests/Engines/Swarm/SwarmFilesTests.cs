using System.Text;
using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Providers.Engines.Docker;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>What comes to a replica on a Swarm from outside its image, and what is left of it where the replica never came to be.</summary>
[Collection(SwarmWorld.Collection)]
public sealed class SwarmFilesTests(SharedSwarm shared) : EngineTestBase, IAsyncLifetime
{
    private readonly MountArchive _archive = new();
    private SwarmWorld? _world;

    protected override IEngine Engine => _world!.Engine;

    protected override string? NodeOfReplicas => _world!.Nodes.Ids.Single();

    public async ValueTask InitializeAsync() => _world = await SwarmWorld.StartAsync(shared);

    public async ValueTask DisposeAsync()
    {
        _archive.Dispose();
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(SecurityProfile.Baseline)]
    [InlineData(SecurityProfile.Restricted)]
    public async Task What_a_file_mounts_is_at_its_path_under_every_profile(SecurityProfile profile)
    {
        await Engine.RunAsync(Mounting("cat /models/small/weights /etc/app.conf ~/notes ./beside && grep -c root:x /etc/group\nexit $?", MountArchive.Mounts, profile), Cancel);
        var ended = await UntilAsync(Key(), EngineReplicaState.Exited);

        Assert.Equal(["weights", "conf", "notes", "beside", "1"], await LinesAsync(Key(), null));
        Assert.Equal(0, ended.Exit?.Code);
    }

    [Fact]
    public async Task A_file_in_the_root_is_told_to_be_impossible()
    {
        await Engine.RunAsync(Mounting("exit 0", [new("/top", "/x", IsFolder: false)], SecurityProfile.Baseline), Cancel);

        Assert.StartsWith("on a cluster files come by volumes", (await UntilAsync(Key(), EngineReplicaState.Exited)).ProvisionError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_cannot_be_pulled_is_told_to_whoever_asks_again()
    {
        var request = Request(Key(), Forever);
        request = request with { Task = request.Task with { Image = new ImageSpec { Reference = "127.0.0.1:1/nowhere:1" } } };
        var said = "";
        for (var until = TimeProvider.System.GetUtcNow().AddMinutes(2); said.Length == 0 && TimeProvider.System.GetUtcNow() < until; await Task.Delay(50, Cancel))
        {
            try
            {
                await Engine.RunAsync(request, Cancel);
            }
            catch (EngineException failure)
            {
                said = failure.Message;
            }
        }

        Assert.Contains("127.0.0.1:1/nowhere:1", said, StringComparison.Ordinal);
        Assert.DoesNotContain(await Engine.ListAsync(Cancel), one => one.Notice?.Contains("pulling", StringComparison.Ordinal) == true);
        await Engine.StopAsync(Key(), TimeSpan.Zero, Cancel);
        await UntilAsync(Key(), EngineReplicaState.Exited);
        await Engine.ForgetAsync(Key(), Cancel);
    }

    [Fact]
    public async Task A_service_that_is_refused_leaves_no_secrets()
    {
        var request = Request(Key(), Forever);
        request = request with
        {
            Task = request.Task with { Secrets = new Dictionary<string, SecretValue> { ["A"] = new("1"), ["B"] = new("2") } },
            Resources = new ResourceCandidate { Memory = new ResourceAmount(0.001, AtLeast: false) },
        };
        var error = await Assert.ThrowsAsync<EngineException>(() => Engine.RunAsync(request, Cancel));

        Assert.Contains("memory", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await SecretsAsync());
        await Engine.ForgetAsync(Key(), Cancel);
        await RemoveVolumeAsync();
    }

    [Fact]
    public async Task Secrets_of_replicas_that_never_came_to_be_go_and_those_of_others_stay()
    {
        var kept = Request(Key(), Forever);
        await Engine.RunAsync(kept with { Task = kept.Task with { Secrets = new Dictionary<string, SecretValue> { ["A"] = new("1") } } }, Cancel);
        await UntilAsync(Key(), EngineReplicaState.Running);
        await MakeAsync("ours", new ReplicaNames(_world!.Owner, "swarm/test").Labels(Key(9)));
        await MakeAsync("not-ours", new ReplicaNames(new Sky.Core.Services.OwnerId("another"), "swarm/test").Labels(Key(9)));

        await using (var next = _world.NewEngine())
        {
            await next.ListAsync(Cancel);
        }

        Assert.Equal(2, (await SecretsAsync()).Count);
        Assert.DoesNotContain("ours", await SecretsAsync());
        await _world.Api.DeleteAsync("/secrets/not-ours");
    }

    /// <summary>One who never gets to a service is ended, and nothing of it is left.</summary>
    [Fact]
    public async Task Forgetting_a_replica_without_a_service_takes_its_secrets_along()
    {
        await MakeAsync("ours", new ReplicaNames(_world!.Owner, "swarm/test").Labels(Key(9)));
        await Engine.ForgetAsync(Key(9), Cancel);

        Assert.Empty(await SecretsAsync());
    }

    private RunRequest Mounting(string run, IReadOnlyList<FileMountSpec> mounts, SecurityProfile profile)
    {
        var request = Request(Key(), run);
        return request with { WorkdirArchive = _archive.Path, Task = request.Task with { Workdir = "/x", FileMounts = mounts, Security = new SecuritySpec { Profile = profile } } };
    }

    private async Task<List<string>> SecretsAsync() =>
        [.. (await _world!.Api.GetJsonAsync("/secrets")).EnumerateArray().Select(secret => secret.GetProperty("Spec").GetProperty("Name").GetString()!)];

    private Task MakeAsync(string name, IDictionary<string, string> labels) =>
        _world!.Api.PostJsonAsync("/secrets/create", new { Name = name, Labels = labels, Data = Convert.ToBase64String(Encoding.UTF8.GetBytes("x")) });

    /// <summary>The volume of a replica that has no service goes at the next look around, which another engine takes at once.</summary>
    private async Task RemoveVolumeAsync()
    {
        await using var next = _world!.NewEngine();
        await next.ListAsync(Cancel);
    }
}
