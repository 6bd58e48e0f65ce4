using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Placement;
using Sky.Core.Specs;

namespace Sky.Controller.Provisioning;

/// <summary>Where replicas of a spec can be placed, from what the cloud offers; offerings are asked for at most every half minute.</summary>
internal sealed class Placements(ICloud cloud, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _gate = new(1);
    private volatile Known? _known;

    public async Task<PlacementAnswer> ChooseAsync(ServiceSpec spec, CancellationToken cancellationToken)
    {
        IReadOnlyList<Offering> offerings;
        try
        {
            offerings = await OfferingsAsync(cancellationToken);
        }
        catch (CloudException e)
        {
            return new PlacementAnswer([], e.Message);
        }

        if (Unavailable(spec.Resources) is { } unavailable)
        {
            return new PlacementAnswer([], unavailable) { Offerings = offerings };
        }

        var choices = Placer.Choose(spec.Resources, offerings, out var reason);
        return new PlacementAnswer(choices, choices.Count > 0 ? null : reason ?? "No place fits the resources asked for.") { Offerings = offerings };
    }

    public void Dispose() => _gate.Dispose();

    private string? Unavailable(ResourcesSpec resources)
    {
        var clouds = resources.Candidates.Select(candidate => candidate.Cloud).Distinct().ToList();
        return clouds.Any(name => name is null || name == cloud.Name)
            ? null
            : $"cloud {string.Join(", ", clouds)} is not available yet: use --cloud {cloud.Name} or leave the cloud out";
    }

    private async Task<IReadOnlyList<Offering>> OfferingsAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } fresh)
        {
            return fresh.Offerings;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            return (Fresh() ?? (_known = new Known(await cloud.ListOfferingsAsync(cancellationToken), time.GetUtcNow()))).Offerings;
        }
        catch (CloudException) when (_known is { } old)
        {
            return old.Offerings;
        }
        finally
        {
            _gate.Release();
        }
    }

    private Known? Fresh() => _known is { } known && time.GetUtcNow() - known.At < Kept ? known : null;

    private sealed record Known(IReadOnlyList<Offering> Offerings, DateTimeOffset At);
}
