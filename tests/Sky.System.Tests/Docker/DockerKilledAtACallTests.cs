using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Providers.Clouds.Docker;
using Sky.Providers.Engines.Docker;
using Sky.SystemTests.Controller;
using Sky.Testing.Docker;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Docker;

/// <summary>The controller dies at a write to its database or an effect on its replicas, which are containers. The daemon says how often each was started.</summary>
public sealed class DockerKilledAtACallTests(SharedDocker shared) : KilledAtACallTestBase
{
    private readonly List<DockerEngine> _engines = [];
    private DockerDaemon _daemon = null!;
    private OwnerId _owner;

    private OwnContainers Containers => new(_daemon.Api, _owner);

    [Theory]
    [InlineData("ran", 4)]
    public Task The_containers_are_the_same_and_each_was_started_once(string point, int deaths) => EveryVerbAsync(point, deaths);

    [Theory]
    [Trait("Category", "Heavy")]
    [InlineData("committed", 5)]
    [InlineData("list", 5)]
    [InlineData("run", 4)]
    [InlineData("stop", 3)]
    [InlineData("stopped", 3)]
    [InlineData("forget", 3)]
    [InlineData("forgotten", 3)]
    public Task The_same_holds_at_every_other_call(string point, int deaths) => EveryVerbAsync(point, deaths);

    private protected override async Task PrepareAsync()
    {
        Assert.SkipWhen(DockerDaemon.SkipReason is not null, DockerDaemon.SkipReason ?? "");
        _daemon = await shared.DaemonAsync();
    }

    private protected override async Task RemoveAsync()
    {
        foreach (var engine in _engines)
        {
            await engine.DisposeAsync();
        }
    }

    private protected override Task<MortalController> StartAsync() => MortalController.StartAsync(
        Home, (owner, _) => EngineOf(owner), new DockerCloud([new DockerContext(null, new Uri(_daemon.Host))], TimeProvider.System));

    private protected override ServiceSpec Spec(string tag) => On("docker", Undrained(TestSpecs.Spec(2, run: $"TAG={tag} exec {SharedDocker.Serve} $SKY_PORT")));

    private protected override Task<IReadOnlyList<int>> RunningAsync() => Containers.RunningAsync();

    private protected override Task<IReadOnlyList<int>> StartsAsync() => Containers.StartsAsync();

    private protected override async Task NothingIsLeftAsync()
    {
        Assert.Empty(await Containers.AllAsync());
        Assert.DoesNotContain(_owner.Value, await _daemon.Api.GetAsync("/volumes"), StringComparison.Ordinal);
    }

    private DockerEngine EngineOf(OwnerId owner)
    {
        _owner = owner;
        var engine = new DockerEngine(new DockerEngineOptions { Name = EngineName.Docker, Endpoint = new Uri(_daemon.Host), BaseImage = SharedDocker.Image }, owner, TimeProvider.System);
        _engines.Add(engine);
        return engine;
    }
}
