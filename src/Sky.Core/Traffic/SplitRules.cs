using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Traffic;

/// <summary>Whether a division can be what is asked for.</summary>
public static class SplitRules
{
    private const int Whole = 100;

    /// <summary>Most versions that share the requests of a service.</summary>
    private const int Most = 16;

    /// <summary>What is wrong with the numbers as such, in one sentence; null when nothing is.</summary>
    public static string? ProblemOf(IReadOnlyList<VersionWeight> weights, MirrorTarget? mirror)
    {
        if (weights.GroupBy(arm => arm.Version).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
        {
            return $"Version {twice} is given two weights.";
        }

        if (weights.Any(arm => arm.Percent is < 0 or > Whole))
        {
            return "A weight is a whole number from 0 to 100.";
        }

        if (weights.Sum(arm => arm.Percent) is var sum && sum != Whole)
        {
            return $"The weights add up to {sum}, not 100: {TrafficSplit.TextOf(weights)}.";
        }

        if (weights.Count > Most)
        {
            return $"At most {Most} versions share the requests of a service.";
        }

        return mirror switch
        {
            { Percent: < 1 or > Whole } => "The share that is mirrored is a whole number from 1 to 100.",
            { Version: var version } when weights.Any(arm => arm.Version == version && arm.Percent > 0) =>
                $"Version {version} has a weight: what it answers is not dropped, so nothing is mirrored to it.",
            _ => null,
        };
    }

    /// <summary>What keeps these versions from being up at one time; null when nothing does.</summary>
    public static string? ConflictOf(ServiceAggregate stored, IEnumerable<int> versions)
    {
        var fixedPorts = versions.Select(version => (Version: version, Port: FixedPort.Of(stored.Versions[version].Spec))).Where(one => one.Port is not null);
        return fixedPorts.GroupBy(one => one.Port).FirstOrDefault(group => group.Count() > 1) is { } both
            ? $"Versions {string.Join(" and ", both.Select(one => one.Version))} listen on port {both.Key}, so they cannot be up at one time. "
                + "Let `run` listen on $SKY_PORT instead."
            : null;
    }
}
