using Docker.DotNet;
using Docker.DotNet.Models;
using Sky.Core.Engines;

namespace Sky.Providers.Engines.Docker;

/// <summary>Calls of one Docker Engine. What is expected to fail comes as <see cref="EngineException"/>; what is not there, as null.</summary>
/// <param name="client">The way to it.</param>
/// <param name="endpoint">Its address, for messages.</param>
/// <param name="patience">A call that takes longer has failed; null: none is too long.</param>
/// <param name="time">The clock of that.</param>
internal sealed class DockerCalls(IDockerClient client, Uri endpoint, TimeSpan? patience = null, TimeProvider? time = null)
{
    public Uri Endpoint => endpoint;

    public IDockerClient Client => client;

    /// <summary>The same engine, for calls that are answered soon or not at all.</summary>
    public DockerCalls Within(TimeSpan most, TimeProvider clock) => new(client, endpoint, most, clock);

    /// <summary>Does the call; its failures are named by the reaction they need.</summary>
    public async Task<T> DoAsync<T>(Func<IDockerClient, Task<T>> call)
    {
        try
        {
            return await (patience is { } most ? call(client).WaitAsync(most, time ?? TimeProvider.System) : call(client));
        }
        catch (Exception error) when (DockerFailures.IsExpected(error))
        {
            throw DockerFailures.Translate(error, endpoint);
        }
    }

    public Task DoAsync(Func<IDockerClient, Task> call) => DoAsync(async docker =>
    {
        await call(docker);
        return true;
    });

    /// <summary>Null when there is no such thing.</summary>
    public async Task<T?> FindAsync<T>(Func<IDockerClient, Task<T>> call)
        where T : class
    {
        try
        {
            return await DoAsync(call);
        }
        catch (EngineException error) when (DockerFailures.IsNotFound(error))
        {
            return null;
        }
    }

    /// <summary>Does nothing when there is no such thing.</summary>
    public async Task TryAsync(Func<IDockerClient, Task> call)
    {
        try
        {
            await DoAsync(call);
        }
        catch (EngineException error) when (DockerFailures.IsNotFound(error))
        {
        }
    }

    /// <param name="name">Its name or id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<SeenContainer?> ContainerAsync(string name, CancellationToken cancellationToken) =>
        await FindAsync(docker => docker.Containers.InspectContainerAsync(name, cancellationToken)) is { } seen ? SeenContainer.From(seen) : null;

    public Task<ImageInspectResponse?> ImageAsync(string reference, CancellationToken cancellationToken) =>
        FindAsync(docker => docker.Images.InspectImageAsync(reference, cancellationToken));

    public async Task<bool> HasVolumeAsync(string name, CancellationToken cancellationToken) =>
        await FindAsync(docker => docker.Volumes.InspectAsync(name, cancellationToken)) is not null;
}
