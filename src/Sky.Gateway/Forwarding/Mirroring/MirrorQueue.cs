using System.Threading.Channels;

namespace Sky.Gateway.Forwarding.Mirroring;

/// <summary>Copies on their way, at most so many at a time: where there is no room, a copy is not made rather than waited for.</summary>
internal sealed class MirrorQueue
{
    public const int MostAtOnce = 64;

    private readonly Channel<MirrorJob> _jobs = Channel.CreateUnbounded<MirrorJob>();
    private int _taken;

    /// <summary>False: there is no room. Else <see cref="Leave"/> is owed.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _taken) <= MostAtOnce)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _taken);

    public void Add(MirrorJob job) => _jobs.Writer.TryWrite(job);

    public IAsyncEnumerable<MirrorJob> AllAsync(CancellationToken cancellationToken) => _jobs.Reader.ReadAllAsync(cancellationToken);
}
