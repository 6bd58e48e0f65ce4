using Docker.DotNet;
using Sky.Core.Engines;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>
/// Calls of a cluster, done by whichever manager can: with three of them one that is cut off costs nothing. A call is repeated at another manager only
/// where it was not done, or where doing it twice is the same.
/// </summary>
internal sealed class SwarmManagers(string cluster, ISwarmNodes nodes, TimeProvider time)
{
    /// <summary>
    /// What a node answers at once or not: a machine that was cut off says nothing at all on a connection that stood. Three managers are asked within the
    /// time that a listing may take.
    /// </summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(8);

    private volatile Uri? _last;

    /// <exception cref="EngineException">No manager could do it: <see cref="EngineFailure.Unavailable"/> where none answers or they have no majority.</exception>
    public async Task<T> DoAsync<T>(Func<IDockerClient, Task<T>> call)
    {
        EngineException? failure = null;
        foreach (var manager in InOrder())
        {
            try
            {
                var answer = await manager.Within(AnswerTime, time).DoAsync(call);
                _last = manager.Endpoint;
                return answer;
            }
            catch (EngineException error) when (error.Failure == EngineFailure.Unavailable && !DockerFailures.IsNotFound(error))
            {
                failure = error;
            }
        }

        throw new EngineException(
            EngineFailure.Unavailable,
            failure is null
                ? $"cluster {cluster} has no manager: join one (sky cluster join)"
                : $"no manager of cluster {cluster} can be asked ({failure.Message})",
            failure?.InnerException);
    }

    public Task DoAsync(Func<IDockerClient, Task> call) => DoAsync(async client =>
    {
        await call(client);
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

    private IEnumerable<DockerCalls> InOrder() => nodes.Managers.OrderBy(manager => manager.Endpoint != _last);
}
