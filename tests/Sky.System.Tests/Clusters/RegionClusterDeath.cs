namespace Sky.SystemTests.Clusters;

/// <summary>The end of a controller at one of its calls that change something, before it or after it.</summary>
/// <param name="at">Which call, from 1.</param>
/// <param name="after">Whether the call is carried out.</param>
internal sealed class RegionClusterDeath(int at, bool after)
{
    private readonly CancellationTokenSource _life = new();
    private int _calls;

    public CancellationToken Life => _life.Token;

    public async Task<T> AtAsync<T>(Func<Task<T>> call)
    {
        Life.ThrowIfCancellationRequested();
        if (Interlocked.Increment(ref _calls) != at)
        {
            return await call();
        }

        if (after)
        {
            await call();
        }

        await _life.CancelAsync();
        throw new OperationCanceledException(Life);
    }
}
