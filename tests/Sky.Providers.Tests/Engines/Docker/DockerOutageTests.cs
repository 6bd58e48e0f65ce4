using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Docker;

/// <summary>Daemons that are not there, go and come back.</summary>
public sealed class DockerOutageTests : EngineTestBase, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-outage-");
    private DockerEngine? _engine;

    protected override IEngine Engine => _engine!;

    private string Mark => Path.Combine(_folder.FullName, "engines", "docker");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_engine_that_never_ran_anything_is_not_missed()
    {
        _engine = Of(new Uri($"unix://{_folder.FullName}/none"));
        Assert.Empty(await Engine.ListAsync(Cancel));

        var refused = await Assert.ThrowsAsync<EngineException>(() => Engine.RunAsync(Request(Key(), Forever), Cancel));
        var silent = await Assert.ThrowsAsync<EngineException>(() => Engine.ListAsync(Cancel));

        Assert.All(new[] { refused, silent }, error => Assert.Equal(
            (EngineFailure.Unavailable, $"Docker does not answer at unix://{_folder.FullName}/none: is it installed and running (sudo systemctl start docker)?"), (error.Failure, error.Message)));
        await Assert.ThrowsAsync<EngineException>(() => Of(new Uri($"unix://{_folder.FullName}/none")).ListAsync(Cancel));
    }

    [Fact]
    public async Task A_killed_daemon_is_silent_and_tells_how_its_containers_ended_once_it_is_back()
    {
        Assert.SkipWhen(DockerDaemon.SkipReason is not null, DockerDaemon.SkipReason ?? "");
        await using var daemon = await DockerDaemon.StartAsync();
        await (await TestImage.BuildAsync(["bash", "sh", "sleep"])).ImportAsync(daemon.Api, SharedDocker.Image);
        _engine = Of(new Uri(daemon.Host));
        await Engine.RunAsync(Request(Key(), Forever), Cancel);
        await UntilAsync(Key(), EngineReplicaState.Running);

        await daemon.KillAsync();
        Assert.Equal(EngineFailure.Unavailable, (await Assert.ThrowsAsync<EngineException>(() => Engine.ListAsync(Cancel))).Failure);

        await daemon.StartAgainAsync();
        var ended = await UntilAsync(Key(), EngineReplicaState.Exited);
        Assert.NotNull(ended.Exit);
        Assert.NotNull(ended.StartedAt);
        await Engine.ForgetAsync(Key(), Cancel);
        Assert.Empty(await Engine.ListAsync(Cancel));
    }

    private DockerEngine Of(Uri endpoint) => new(
        new DockerEngineOptions { Name = "docker", Endpoint = endpoint, BaseImage = SharedDocker.Image, UsageMark = Mark }, new OwnerId("outage"), TimeProvider.System);
}
