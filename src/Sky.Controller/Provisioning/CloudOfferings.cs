using Sky.Core.Catalog;
using Sky.Core.Clouds;

namespace Sky.Controller.Provisioning;

/// <summary>What one cloud offers, remembered for half a minute; what it said last counts while it cannot be asked.</summary>
internal sealed class CloudOfferings(ICloud cloud, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _gate = new(1);
    private volatile Known? _known;

    public string Name => cloud.Name;

    /// <summary>The offerings; with none, one sentence that says why, where the cloud failed.</summary>
    public async Task<(IReadOnlyList<Offering> Offerings, string? Trouble)> AskAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } fresh)
        {
            return (fresh.Offerings, null);
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            return ((Fresh() ?? (_known = new Known(await cloud.ListOfferingsAsync(cancellationToken), time.GetUtcNow()))).Offerings, null);
        }
        catch (CloudException e)
        {
            return _known is { } old ? (old.Offerings, null) : ([], e.Message);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private Known? Fresh() => _known is { } known && time.GetUtcNow() - known.At < Kept ? known : null;

    private sealed record Known(IReadOnlyList<Offering> Offerings, DateTimeOffset At);
}
