using System.Diagnostics;
using System.Text.Json;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;
using Sky.Providers.Registries;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Docker;

/// <summary>An owner of a test's own on the shared daemon; at its end nothing of it is left there.</summary>
internal sealed class DockerWorld : IAsyncDisposable
{
    private readonly List<DockerEngine> _engines = [];

    private DockerWorld(DockerDaemon daemon)
    {
        Daemon = daemon;
        Engine = NewEngine();
    }

    public DockerDaemon Daemon { get; }

    public OwnerId Owner { get; } = new(Guid.NewGuid().ToString("N"));

    public DockerEngine Engine { get; }

    /// <summary>Skips the test where no daemon can be had.</summary>
    public static async Task<DockerWorld> StartAsync(SharedDocker shared)
    {
        Assert.SkipWhen(DockerDaemon.SkipReason is not null, DockerDaemon.SkipReason ?? "");
        return new DockerWorld(await shared.DaemonAsync());
    }

    /// <summary>Another engine of the same owner, as after a restart of the controller.</summary>
    public DockerEngine NewEngine(DockerEngineOptions? options = null, RegistryLogins? logins = null)
    {
        var none = new RegistryLogins(new DockerConfigFile("/nonexistent", new CredentialHelper()));
        var engine = new DockerEngine(options ?? Options, Owner, TimeProvider.System, logins ?? none);
        _engines.Add(engine);
        return engine;
    }

    public DockerEngineOptions Options => new() { Name = "docker", Endpoint = new Uri(Daemon.Host), BaseImage = SharedDocker.Image };

    /// <summary>The container of a replica, as <c>docker inspect</c> shows it.</summary>
    public Task<JsonElement> InspectAsync(ReplicaKey key) => Daemon.Api.GetJsonAsync($"/containers/{new ReplicaNames(Owner, "docker").Container(key)}/json");

    public async Task<IReadOnlyList<string>> ContainersAsync() => await NamesAsync("/containers/json?all=1&filters=", "Id", null);

    public async Task<IReadOnlyList<string>> VolumesAsync() => await NamesAsync("/volumes?filters=", "Name", "Volumes");

    public async ValueTask DisposeAsync()
    {
        try
        {
            var watch = Stopwatch.StartNew();
            while (await Engine.ListAsync(CancellationToken.None) is { Count: > 0 } left)
            {
                foreach (var replica in left)
                {
                    await EndAsync(replica);
                }

                Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"left: {string.Join(", ", left)}");
            }

            Assert.Empty(await ContainersAsync());
            Assert.Empty(await VolumesAsync());
        }
        finally
        {
            foreach (var engine in _engines)
            {
                await engine.DisposeAsync();
            }
        }
    }

    private async Task EndAsync(EngineReplica replica)
    {
        try
        {
            await Engine.StopAsync(replica.Replica, TimeSpan.Zero, CancellationToken.None);
            await Engine.ForgetAsync(replica.Replica, CancellationToken.None);
        }
        catch (EngineException)
        {
            await Task.Delay(50);
        }
    }

    private async Task<IReadOnlyList<string>> NamesAsync(string path, string property, string? list)
    {
        var filter = Uri.EscapeDataString(JsonSerializer.Serialize(new { label = new ReplicaNames(Owner, "docker").Filter }));
        var answer = await Daemon.Api.GetJsonAsync(path + filter);
        var items = list is null ? answer : answer.GetProperty(list);
        return items.ValueKind == JsonValueKind.Null ? [] : [.. items.EnumerateArray().Select(item => item.GetProperty(property).GetString()!)];
    }
}
