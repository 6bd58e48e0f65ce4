using Sky.Controller.Api;
using Sky.Controller.Endpoints;
using Sky.Core.Keys;

namespace Sky.Controller.Keys;

/// <summary>Carries what users want of keys into the store, and tells the gateways once it is there. One change at a time, so that the newest is told last.</summary>
internal sealed class KeyChanges(IKeyStore store, Publications publications, TimeProvider time) : IDisposable
{
    private const int Attempts = 50;
    private readonly SemaphoreSlim _one = new(1);

    public Task<IReadOnlyList<StoredKey>> AllAsync(CancellationToken cancellationToken) => store.KeysAsync(cancellationToken);

    /// <summary>Reads, decides and writes; when someone else wrote in between, decides anew on what is there then.</summary>
    public async Task<KeyDecision> ChangeAsync(
        Func<IReadOnlyList<StoredKey>, DateTimeOffset, KeyDecision> decide, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var decision = decide(await store.KeysAsync(cancellationToken), time.GetUtcNow());
                if (decision.Write is not { } write)
                {
                    return decision;
                }

                if (await store.WriteKeyAsync(write, cancellationToken))
                {
                    publications.Keys.Publish(write.Key.Id, write.Key);
                    return decision;
                }
            }

            return new KeyDecision { Problem = Problem.Unavailable("The keys are changing too fast: try again.") };
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Tells the gateways of every key in the store, and that these are all.</summary>
    public async Task PublishAllAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            foreach (var stored in await store.KeysAsync(cancellationToken))
            {
                publications.Keys.Publish(stored.Key.Id, stored.Key);
            }

            publications.Keys.Complete();
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
