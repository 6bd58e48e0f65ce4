using Sky.Core.Planning;
using Sky.Core.Services;

namespace Sky.Core.Traffic;

/// <summary>How a division of the requests is written into a service's row; the planner does the rest.</summary>
public static class SplitChange
{
    /// <summary>The row with the requests divided.</summary>
    /// <param name="stored">The service as it is.</param>
    /// <param name="weights">Each version once, together 100.</param>
    /// <param name="sticky">What keeps users at their version.</param>
    /// <param name="mirror">Who gets copies.</param>
    /// <param name="now">The present time.</param>
    public static ServiceRecord Divide(
        ServiceAggregate stored, IReadOnlyList<VersionWeight> weights, StickyRule sticky, MirrorTarget? mirror, DateTimeOffset now)
    {
        var service = stored.Service;
        var split = new TrafficSplit
        {
            Generation = service.TrafficGenerations,
            Since = now,
            Weights = [.. weights.Where(arm => arm.Percent > 0).OrderBy(arm => arm.Version)],
            InForce = service.Traffic?.InForce ?? Present(stored),
            Sticky = sticky,
            Mirror = mirror,
        };
        split = split with { Generation = split.Generation + (split.Compares ? 1 : 0) };
        var target = split.Weights.Any(arm => arm.Version == service.TargetVersion) ? service.TargetVersion : Heaviest(split.Weights);
        var aimed = target == service.TargetVersion ? service : Retarget.To(service, target, UpdateMode.Rolling, now);
        return aimed with { Traffic = split, TrafficGenerations = split.Generation, ServingVersion = null, Canary = null };
    }

    /// <summary>The row with all requests for one version again, the target unless another is named.</summary>
    public static ServiceRecord End(ServiceRecord service, int version, DateTimeOffset now) =>
        (version == service.TargetVersion ? service : Retarget.To(service, version, UpdateMode.Rolling, now)) with { Traffic = null, Canary = null };

    private static int Heaviest(IReadOnlyList<VersionWeight> weights) => weights.OrderByDescending(arm => arm.Percent).ThenByDescending(arm => arm.Version).First().Version;

    /// <summary>Who serves now, as a division: the version in force where it has ready replicas, else the one with most of them.</summary>
    private static IReadOnlyList<VersionWeight> Present(ServiceAggregate stored)
    {
        var (serving, lead) = (stored.Service.ServingVersion, Lead.Of(stored.Service, stored.Replicas));
        var ready = stored.Replicas.Where(row => row.State == ReplicaState.Ready).GroupBy(row => row.Version)
            .OrderByDescending(group => group.Key == serving).ThenByDescending(group => group.Count()).ThenByDescending(group => group.Key == lead).FirstOrDefault();
        return ready is null ? [] : [new VersionWeight(ready.Key, 100)];
    }
}
