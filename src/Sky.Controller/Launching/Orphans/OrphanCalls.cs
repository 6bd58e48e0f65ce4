using Sky.Core.Clouds;
using Sky.Core.Services;

namespace Sky.Controller.Launching.Orphans;

/// <summary>Asks clouds about nodes that no row knows: each call is bounded in time, and a failure is a sentence.</summary>
internal sealed class OrphanCalls(IReadOnlyList<ICloud> clouds, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public IReadOnlyList<string> Clouds => [.. clouds.Select(cloud => cloud.Name)];

    /// <summary>What a cloud lists of an owner; null of both: it has no nodes of others.</summary>
    /// <param name="name">Of the cloud.</param>
    /// <param name="owner">Null: ours.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<(IReadOnlyList<CloudNode>? Nodes, string? Problem)> ListAsync(string name, string? owner, CancellationToken cancellationToken) =>
        TryAsync(name, owner, cloud => cloud.ListAsync(cancellationToken), cancellationToken);

    /// <summary>Null: its cloud took note.</summary>
    public async Task<string?> RemoveAsync(string name, string? owner, NodeId node, CancellationToken cancellationToken) => (await TryAsync(
        name, owner,
        async cloud =>
        {
            await cloud.DeleteAsync(node, cancellationToken);
            return cloud;
        },
        cancellationToken)).Problem;

    private async Task<(T? Answer, string? Problem)> TryAsync<T>(string name, string? owner, Func<ICloud, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        if (clouds.FirstOrDefault(one => one.Name == name) is not { } cloud)
        {
            return (null, $"this controller does not know the cloud {name} (any more)");
        }

        var asked = owner is null ? cloud : cloud.Of(new OwnerId(owner));
        try
        {
            return asked is null ? (null, null) : (await call(asked).WaitAsync(Patience, time, cancellationToken), null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return (null, failure switch
            {
                CloudException known => known.Message,
                TimeoutException => $"no answer within {Patience.TotalSeconds:0} s",
                _ => $"an unexpected failure ({failure.GetType().Name})",
            });
        }
        finally
        {
            if (!ReferenceEquals(asked, cloud))
            {
                (asked as IDisposable)?.Dispose();
            }
        }
    }
}
