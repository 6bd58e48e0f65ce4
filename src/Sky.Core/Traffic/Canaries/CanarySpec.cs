using Sky.Core.Traffic.Experiments;

namespace Sky.Core.Traffic.Canaries;

/// <summary>How a new version is to take over: with a small share first, and more as long as it is not worse.</summary>
public sealed record CanarySpec
{
    /// <summary>Percent of the requests at first, 1 to 99.</summary>
    public required int Percent { get; init; }

    /// <summary>How long each share lasts at least.</summary>
    public required double PromoteAfterSeconds { get; init; }

    /// <summary>What it is compared by: words of <see cref="ArmMetrics"/>.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary>How much worse it may be by each of them; <see cref="Tolerance.Usual"/> for what is not there.</summary>
    public IReadOnlyDictionary<string, double>? Tolerances { get; init; }

    /// <summary>What keeps one user at one version, as <see cref="StickyRule.Parse"/> reads it; null: every request is drawn.</summary>
    public string? Sticky { get; init; }

    /// <summary>How much worse it may be by one of <see cref="Metrics"/>; see <see cref="Tolerance"/>.</summary>
    public double Tolerated(string metric) => Tolerances?.TryGetValue(metric, out var said) == true ? said : Tolerance.Usual(metric);

    /// <summary>What is wrong with it, in one sentence; null when nothing is.</summary>
    public string? Problem()
    {
        if (Percent is < 1 or > 99)
        {
            return "A canary begins with a whole percent from 1 to 99.";
        }

        if (!(PromoteAfterSeconds is >= 1 and <= 30 * 86_400))
        {
            return "A share of a canary lasts from 1 second to 30 days.";
        }

        if (Sticky is not null && StickyRule.Parse(Sticky) is null)
        {
            return $"Requests stick by {StickyRule.Forms}. Found: '{Sticky}'";
        }

        if (Metrics.Count == 0 || Metrics.Distinct().Count() < Metrics.Count || Metrics.Any(metric => !Known.Contains(metric)))
        {
            return $"A canary is analysed by one or more of {string.Join(", ", Known)}. Found: '{string.Join(',', Metrics)}'";
        }

        if (Tolerances is null)
        {
            return null;
        }

        return Tolerances.Keys.FirstOrDefault(metric => !Metrics.Contains(metric)) is { } other
            ? $"Something can be tolerated only of what the canary is analysed by: {string.Join(", ", Metrics)}. Found: '{other}'"
            : Tolerances.Select(pair => Tolerance.Problem(pair.Key, pair.Value)).FirstOrDefault(problem => problem is not null);
    }

    private static IEnumerable<string> Known => ArmMetrics.All.Where(metric => !ArmMetrics.IsNeutral(metric));
}
