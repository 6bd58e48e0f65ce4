namespace Sky.Testing.Docker;

/// <summary>One daemon for all tests of an assembly, started by the first that asks, with <see cref="Image"/> in it. For xunit's assembly fixtures.</summary>
public sealed class SharedDocker : IAsyncDisposable
{
    /// <summary>Has <see cref="TestImage.UsualPrograms"/> and no command of its own.</summary>
    public const string Image = "sky-test:1";

    private readonly Lazy<Task<DockerDaemon>> _daemon = new(StartAsync);

    /// <summary>Ask only where <see cref="DockerDaemon.SkipReason"/> is null.</summary>
    public Task<DockerDaemon> DaemonAsync() => _daemon.Value;

    public async ValueTask DisposeAsync()
    {
        if (_daemon.IsValueCreated)
        {
            await (await _daemon.Value).DisposeAsync();
        }
    }

    private static async Task<DockerDaemon> StartAsync()
    {
        var image = TestImage.BuildAsync(TestImage.UsualPrograms);
        var daemon = await DockerDaemon.StartAsync();
        await (await image).ImportAsync(daemon.Api, Image);
        return daemon;
    }
}
