using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Placement;
using Sky.Core.Specs;

namespace Sky.Controller.Provisioning;

/// <summary>Where replicas of a spec can be placed, from what the clouds offer; each is asked at most every half minute, and only when it may be meant; one that fails is left alone for a while.</summary>
/// <param name="clouds">In order of preference where they cost the same.</param>
/// <param name="time">The clock.</param>
internal sealed class Placements(IReadOnlyList<ICloud> clouds, TimeProvider time) : IDisposable
{
    private readonly IReadOnlyList<CloudOfferings> _offerings = [.. clouds.Select(cloud => new CloudOfferings(cloud, time))];

    public Task<PlacementAnswer> ChooseAsync(ServiceSpec spec, CancellationToken cancellationToken) => ChooseAsync(spec, [], cancellationToken);

    /// <param name="spec">What is to be placed.</param>
    /// <param name="doubted">Clouds where something was lost: they are asked anew.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<PlacementAnswer> ChooseAsync(ServiceSpec spec, IReadOnlyCollection<string> doubted, CancellationToken cancellationToken)
    {
        var named = spec.Resources.Candidates.Select(candidate => candidate.Cloud).Distinct().ToList();
        var meant = _offerings.Where(one => named.Exists(name => name is null ? !one.OnlyByName : name == one.Name)).ToList();
        if (meant.Count == 0)
        {
            return new PlacementAnswer([], $"cloud {string.Join(", ", named)} is not available yet: use --cloud {_offerings[0].Name} or leave the cloud out");
        }

        var asked = await Task.WhenAll(meant.Select(one => one.AskAsync(named.Contains(one.Name), doubted.Contains(one.Name), cancellationToken)));
        List<Offering> offerings = [.. asked.SelectMany(answer => answer.Offerings)];
        var silent = asked.Select(answer => answer.Trouble).OfType<string>().ToList();
        var choices = Placer.Choose(spec.Resources, offerings, spec.Task, out var reason);
        if (choices.Count == 0 && WhyNot(spec, meant) is { } known)
        {
            return new PlacementAnswer([], known) { Offerings = offerings };
        }

        return new PlacementAnswer(choices, choices.Count > 0 ? null : Reason(offerings.Count == 0 && silent.Count > 0 ? null : reason, silent)) { Offerings = offerings };
    }

    public void Dispose()
    {
        foreach (var one in _offerings)
        {
            one.Dispose();
        }
    }

    /// <summary>What the clouds know of the regions that are named; null for nothing.</summary>
    private static string? WhyNot(ServiceSpec spec, List<CloudOfferings> meant)
    {
        var known = spec.Resources.Candidates.Select(asked => asked.Region is { } region ? meant.Find(one => one.Name == asked.Cloud)?.WhyNotIn(region) : null);
        return string.Join("; ", known.OfType<string>().Distinct()) is { Length: > 0 } said ? said : null;
    }

    private static string Reason(string? reason, List<string> silent) =>
        reason is null && silent.Count == 0 ? "No place fits the resources asked for." : string.Join("; ", silent.Prepend(reason).OfType<string>());
}
