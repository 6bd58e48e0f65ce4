using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Docker;

/// <summary>Tests with containers of an owner of their own.</summary>
public abstract class DockerTestBase(SharedDocker shared) : EngineTestBase, IAsyncLifetime
{
    private DockerWorld? _world;

    internal DockerWorld World => _world!;

    protected override IEngine Engine => World.Engine;

    public virtual async ValueTask InitializeAsync() => _world = await DockerWorld.StartAsync(shared);

    public virtual async ValueTask DisposeAsync()
    {
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>What a script writes, run to its end under these rights.</summary>
    protected async Task<List<string>> RunAsync(string script, SecuritySpec? security = null, ResourceCandidate? resources = null)
    {
        var request = Request(Key(), script);
        await Engine.RunAsync(
            request with { Task = request.Task with { Security = security ?? SecuritySpec.Default }, Resources = resources ?? request.Resources }, Cancel);
        await UntilAsync(request.Replica, EngineReplicaState.Exited);
        return await LinesAsync(request.Replica, null);
    }
}
