using System.Globalization;
using System.Text.Json;
using Sky.Core;
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

/// <summary>
/// The controller dies exactly before or after a write to its database or an effect on its replicas, which are containers, in every verb;
/// the next one goes on over the same home. The daemon says how often each was started.
/// </summary>
public sealed class DockerKilledAtACallTests(SharedDocker shared) : IAsyncLifetime
{
    private const string Name = "mortal";
    private readonly SkyHome _home = new(Directory.CreateTempSubdirectory("sky-mortal-").FullName);
    private readonly List<DockerEngine> _engines = [];
    private DockerDaemon _daemon = null!;
    private MortalController? _controller;
    private OwnerId _owner;
    private int _deaths;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(DockerDaemon.SkipReason is not null, DockerDaemon.SkipReason ?? "");
        _daemon = await shared.DaemonAsync();
        _controller = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_controller is not null)
        {
            await _controller.DisposeAsync();
        }

        foreach (var engine in _engines)
        {
            await engine.DisposeAsync();
        }

        Directory.Delete(_home.Root, recursive: true);
    }

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

    private async Task EveryVerbAsync(string point, int deaths)
    {
        await CarryOutAsync(point, controller => controller.PutAsync(Name, Spec("one")), version: 1, 1, 2);
        await CarryOutAsync(point, controller => controller.PutAsync(Name, Spec("two")), version: 2, 3, 4);
        await CarryOutAsync(point, controller => controller.ScaleAsync(Name, 3), version: 2, 3, 4, 5);
        await CarryOutAsync(point, controller => controller.RollbackAsync(Name, 1), version: 1, 6, 7, 8);
        await CarryOutAsync(point, controller => controller.DeleteAsync(Name), version: null);

        Assert.Equal(deaths, _deaths);
        Assert.Empty(await OursAsync());
        Assert.DoesNotContain(_owner.Value, await _daemon.Api.GetAsync("/volumes"), StringComparison.Ordinal);
    }

    private async Task CarryOutAsync(string point, Func<MortalController, Task> verb, int? version, params int[] ids)
    {
        bool Reached(ServiceView? view) => version is null
            ? view is null
            : view is not null && view.Replicas.Select(row => row.Id).Order().SequenceEqual(ids) && view.Replicas.All(row => row.Status == ReplicaStatus.Ready && row.Version == version);

        _controller!.Point.Arm(point);
        List<Task> disturbed = [verb(_controller), _controller.UntilAsync(Name, Reached)];
        await Task.WhenAny(_controller.Point.Reached, Task.WhenAll(disturbed));
        if (_controller.Point.Reached.IsCompleted)
        {
            _deaths++;
            await _controller.DisposeAsync();
            await Task.WhenAll(disturbed).ContinueWith(_ => { }, TaskScheduler.Default);
            _controller = await StartAsync();
            await verb(_controller);
        }

        await _controller.UntilAsync(Name, Reached);
        var running = (await OursAsync()).Where(one => one.GetProperty("State").GetString() == "running");
        Assert.Equal(ids, running.Select(one => int.Parse(one.GetProperty("Labels").GetProperty("skyswarm.replica").GetString()!)).Order());
        var starts = await StartsAsync();
        Assert.Superset(ids.Select(id => $"{id}").ToHashSet(), starts.ToHashSet());
        Assert.All(starts.GroupBy(id => id), one => Assert.Single(one));
    }

    private Task<MortalController> StartAsync() => MortalController.StartAsync(_home, EngineOf, new DockerCloud([new DockerContext(null, new Uri(_daemon.Host))], TimeProvider.System));

    private DockerEngine EngineOf(OwnerId owner)
    {
        _owner = owner;
        var engine = new DockerEngine(new DockerEngineOptions { Name = EngineName.Docker, Endpoint = new Uri(_daemon.Host), BaseImage = SharedDocker.Image }, owner, TimeProvider.System);
        _engines.Add(engine);
        return engine;
    }

    private async Task<List<JsonElement>> OursAsync() =>
    [
        .. (await _daemon.Api.ContainersAsync()).Where(one => one.GetProperty("Labels").TryGetProperty("skyswarm.owner", out var owner) && owner.GetString() == _owner.Value),
    ];

    /// <summary>The replicas of every start that the daemon remembers.</summary>
    private async Task<List<string>> StartsAsync()
    {
        var filter = Uri.EscapeDataString(JsonSerializer.Serialize(new { type = new[] { "container" }, @event = new[] { "start" }, label = new[] { $"skyswarm.owner={_owner}" } }));
        var events = await _daemon.Api.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/events?since=0&until={DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0:F3}&filters={filter}"));
        return [.. events.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            using var one = JsonDocument.Parse(line);
            return one.RootElement.GetProperty("Actor").GetProperty("Attributes").GetProperty("skyswarm.replica").GetString()!;
        })];
    }

    private static ServiceSpec Spec(string tag)
    {
        var spec = TestSpecs.Spec(2, run: $"TAG={tag} exec {SharedDocker.Serve} $SKY_PORT");
        return spec with
        {
            Serving = spec.Serving with { DrainSeconds = 0 },
            Resources = spec.Resources with { Candidates = [spec.Resources.Candidates[0] with { Cloud = "docker" }] },
        };
    }
}
