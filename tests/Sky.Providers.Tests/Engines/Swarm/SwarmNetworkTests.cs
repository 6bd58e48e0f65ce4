using Sky.Providers.Engines.Swarm;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>The network of a cluster's replicas, as real managers have it.</summary>
[Collection(SwarmWorld.Collection)]
public sealed class SwarmNetworkTests(SharedSwarm shared)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_attachable_and_encrypted_where_the_cluster_is(bool encrypted)
    {
        var name = $"sky-net-{(encrypted ? "encrypted" : "plain")}";
        await using var world = await SwarmWorld.StartAsync(shared, name);
        var network = new SwarmNetwork(
            new SwarmManagers("test", world.Nodes, TimeProvider.System), new SwarmEngineOptions { Name = "swarm/test", Cluster = "test", Network = name, EncryptNetwork = encrypted });

        await network.EnsureAsync(Cancel);
        await network.EnsureAsync(Cancel);

        // Managers say so once they have allocated it.
        var made = await world.Api.GetJsonAsync($"/networks/{name}");
        for (var look = 0; look < 200 && made.GetProperty("Driver").GetString() == ""; look++)
        {
            await Task.Delay(100, Cancel);
            made = await world.Api.GetJsonAsync($"/networks/{name}");
        }

        Assert.Equal(("overlay", true), (made.GetProperty("Driver").GetString(), made.GetProperty("Attachable").GetBoolean()));
        Assert.Equal(encrypted, made.GetProperty("Options").TryGetProperty("encrypted", out _));
    }
}
