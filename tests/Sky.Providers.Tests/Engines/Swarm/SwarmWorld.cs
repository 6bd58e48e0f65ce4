using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Swarm;
using Sky.Providers.Registries;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>One owner's engine on the Swarm that tests share; at its end nothing of it may be left.</summary>
internal sealed class SwarmWorld : IAsyncDisposable
{
    /// <summary>For tests that look at all there is on the shared Swarm: one at a time.</summary>
    public const string Collection = "swarm";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private SwarmWorld(SwarmBed bed, BedNodes nodes, string? network)
    {
        (Bed, Nodes, Network) = (bed, nodes, network);
        Engine = NewEngine();
    }

    public SwarmBed Bed { get; }

    public BedNodes Nodes { get; }

    public OwnerId Owner { get; } = new(Guid.NewGuid().ToString("N"));

    public string? Network { get; }

    public SwarmEngine Engine { get; }

    public DockerApi Api => Bed.Nodes[0].Api;

    /// <param name="shared">Where.</param>
    /// <param name="network">By which replicas find each other; null: they do not.</param>
    public static async Task<SwarmWorld> StartAsync(SharedSwarm shared, string? network = null)
    {
        Assert.SkipWhen(SwarmBed.SkipReason is not null, SwarmBed.SkipReason ?? "");
        var bed = await shared.BedAsync();
        return new SwarmWorld(bed, await BedNodes.OfAsync(bed), network);
    }

    /// <summary>As another controller has it after this one.</summary>
    public SwarmEngine NewEngine() => new(
        new SwarmEngineOptions { Name = "swarm/test", Cluster = "test", Network = Network, BaseImage = SharedDocker.Image },
        Nodes, Owner, TimeProvider.System, new RegistryLogins(new DockerConfigFile("/nonexistent", new CredentialHelper())));

    /// <summary>One that was just being started again may have a container for a moment after its end was seen: it is busy, and asked again.</summary>
    private async Task ForgetAsync(ReplicaKey replica)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await Engine.ForgetAsync(replica, CancellationToken.None);
                return;
            }
            catch (EngineException busy) when (busy.Failure == EngineFailure.Busy && tries < 100)
            {
                await Task.Delay(100);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in await Engine.ListAsync(CancellationToken.None))
        {
            await Engine.StopAsync(replica.Replica, TimeSpan.Zero, CancellationToken.None);
            await UntilEndedAsync(replica.Replica);
            await ForgetAsync(replica.Replica);
        }

        await Engine.DisposeAsync();
        Nodes.Dispose();
        Assert.Empty((await Api.GetJsonAsync("/services")).EnumerateArray());
        Assert.Empty((await Api.GetJsonAsync("/secrets")).EnumerateArray());
        Assert.Empty(await Api.ContainersAsync());
        Assert.Empty((await Api.GetJsonAsync("/volumes")).GetProperty("Volumes").EnumerateArray());
        if (Network is not null)
        {
            await Api.DeleteAsync($"/networks/{Network}");
        }
    }

    private async Task UntilEndedAsync(ReplicaKey key)
    {
        for (var until = TimeProvider.System.GetUtcNow() + Deadline; TimeProvider.System.GetUtcNow() < until; await Task.Delay(20))
        {
            if ((await Engine.ListAsync(CancellationToken.None)).All(replica => replica.Replica != key || replica.State == EngineReplicaState.Exited))
            {
                return;
            }
        }

        throw new TimeoutException($"{key} does not end");
    }
}
