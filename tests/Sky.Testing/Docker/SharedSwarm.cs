namespace Sky.Testing.Docker;

/// <summary>One Swarm of one machine for all tests of an assembly, with <see cref="SharedDocker.Image"/> on it. For xunit's assembly fixtures.</summary>
public sealed class SharedSwarm : IAsyncDisposable
{
    private readonly Lazy<Task<SwarmBed>> _bed = new(StartAsync);

    /// <summary>Ask only where <see cref="SwarmBed.SkipReason"/> is null.</summary>
    public Task<SwarmBed> BedAsync() => _bed.Value;

    public async ValueTask DisposeAsync()
    {
        if (_bed.IsValueCreated)
        {
            await (await _bed.Value).DisposeAsync();
        }
    }

    private static async Task<SwarmBed> StartAsync()
    {
        var image = TestImage.BuildAsync(TestImage.UsualPrograms);
        var bed = await SwarmBed.StartAsync(1);
        await (await image).ImportAsync(bed.Nodes[0].Api, SharedDocker.Image);
        await bed.JoinAllAsync();
        return bed;
    }
}
