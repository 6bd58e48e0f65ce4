using Sky.Core.Catalog;
using Sky.Core.Clouds;

namespace Sky.Controller.Provisioning;

/// <summary>
/// What one cloud offers, remembered for half a minute; what it said last counts while it cannot be asked. That it failed is remembered too: for a second, and twice as
/// long each time it fails again, half a minute at most, so that passes of services that name no place do not wait for it each time.
/// </summary>
internal sealed class CloudOfferings(ICloud cloud, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeptInDoubt = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _gate = new(1);
    private volatile Known? _known;
    private volatile Failure? _failure;

    public string Name => cloud.Name;

    public string? WhyNotIn(string region) => cloud.WhyNotIn(region);

    /// <inheritdoc cref="ICloud.OnlyByName"/>
    public bool OnlyByName => cloud.OnlyByName;

    /// <summary>The offerings; with none, one sentence that says why, where the cloud failed.</summary>
    /// <param name="named">Someone asks for this very cloud, and may just have mended it: a failure counts for the first second only.</param>
    /// <param name="doubted">Something that stood there was lost: what was offered before may be gone with it, and counts for a second only.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(IReadOnlyList<Offering> Offerings, string? Trouble)> AskAsync(bool named, bool doubted, CancellationToken cancellationToken)
    {
        if (Remembered(named, doubted) is { } known)
        {
            return known;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (Remembered(named, doubted) is { } meanwhile)
            {
                return meanwhile;
            }

            var basis = cloud.Basis;
            var offerings = await cloud.ListOfferingsAsync(cancellationToken);
            (_known, _failure) = (new Known(offerings, basis, time.GetUtcNow()), null);
            return (offerings, null);
        }
        catch (CloudException e)
        {
            var pause = _failure is { } before ? before.Pause * 2 : FirstPause;
            var failure = new Failure(e.Message, e.Failure == CloudFailure.Unauthorized, time.GetUtcNow(), pause < Kept ? pause : Kept);
            _failure = failure;
            return Last(failure, named);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private (IReadOnlyList<Offering> Offerings, string? Trouble)? Remembered(bool named, bool doubted)
    {
        if (_known is { } known && ReferenceEquals(known.Basis, cloud.Basis) && time.GetUtcNow() - known.At < (doubted ? KeptInDoubt : Kept))
        {
            return (known.Offerings, null);
        }

        return _failure is { } failure && time.GetUtcNow() - failure.At < (named ? FirstPause : failure.Pause) ? Last(failure, named) : null;
    }

    /// <summary>A cloud that nobody named and that was never set up here is no trouble.</summary>
    private (IReadOnlyList<Offering> Offerings, string? Trouble) Last(Failure failure, bool named) =>
        _known is { } old ? (old.Offerings, null) : ([], named || !failure.Unauthorized ? failure.Message : null);

    private sealed record Known(IReadOnlyList<Offering> Offerings, object? Basis, DateTimeOffset At);

    private sealed record Failure(string Message, bool Unauthorized, DateTimeOffset At, TimeSpan Pause);
}
