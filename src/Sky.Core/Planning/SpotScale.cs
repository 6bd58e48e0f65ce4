using System.Globalization;
using Sky.Core.Autoscaling.Spot;
using Sky.Core.Placement;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Planning;

/// <summary>How many replicas of a service on spot nodes stand in which zone, and how many on-demand ones beside them: what its policy of spot decides.</summary>
internal static class SpotScale
{
    /// <summary>What losses cost is weighed anew at least this often; anything that happens is weighed at once.</summary>
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);

    /// <summary>From launch to ready, while none was ever ready.</summary>
    private static readonly TimeSpan _usualColdStart = TimeSpan.FromSeconds(120);

    /// <summary>What on-demand is taken to cost in spot's terms where the catalog does not say; SpotHedge's evaluation uses it.</summary>
    private const double UsualPriceRatio = 3;

    /// <summary>Decides, and gives up what is more than decided. Null: the service's version has no policy of spot, or nothing that is bought fits it.</summary>
    /// <param name="draft">Of the pass.</param>
    /// <param name="version">The leading one.</param>
    /// <param name="target">Replicas that shall be ready, without spares.</param>
    public static int? Apply(Draft draft, int version, int target)
    {
        draft.Market = null;
        var spec = draft.Version(version).Spec;
        if (PolicyOf(spec) is not { } policy || draft.Service.Traffic is not null || SpotMarket.Of(draft, version) is not { Zones.Count: > 0 } market)
        {
            return null;
        }

        draft.Market = market;
        var holding = Decide(draft, version, target, policy, market);
        draft.Service = draft.Service with { Spot = holding };
        draft.LookAt(holding.State.At!.Value + _interval);
        Trim(draft, version, market, holding);
        return holding.Total;
    }

    /// <summary>Whether a policy of spot says where replicas of a version go: then what cannot be had in one place is not tried elsewhere by itself.</summary>
    public static bool Decides(Draft draft, int version) => PolicyOf(draft.Version(version).Spec) is not null && draft.Service.Traffic is null && Lead.Of(draft.Service, draft.Rows) == version;

    /// <summary>The policy that a file asks for; null for none.</summary>
    private static ISpotPolicy? PolicyOf(ServiceSpec spec)
    {
        var policy = spec.Serving.ReplicaPolicy;
        var asks = policy.SpotPlacer is not null || policy.DynamicOnDemandFallback || policy.BaseOnDemandFallbackReplicas > 0;
        return !asks || !spec.Resources.Candidates.Any(candidate => candidate.UseSpot) ? null
            : SpotPolicies.Find(policy.SpotPlacer == "adaptive" ? "adaptive" : "spot_hedge");
    }

    /// <summary>
    /// What on-demand costs, and spot where it is not known of a zone: what it costs in the others, else by the usual ratio. Policies compare prices and divide by
    /// them: where none is known at all it is as if spot cost one.
    /// </summary>
    private static (double OnDemand, double Spot) UsualPrices(SpotMarket market)
    {
        double? onDemand = market.OnDemandPrice is > 0 and var price ? price : null;
        List<double> known = [.. market.Zones.Select(zone => zone.Price).Where(cost => cost > 0)];
        return (
            onDemand ?? (UsualPriceRatio * known.DefaultIfEmpty(1).Min()),
            known.Count > 0 ? known.Average() : (onDemand ?? UsualPriceRatio) / UsualPriceRatio);
    }

    private static SpotHolding Decide(Draft draft, int version, int target, ISpotPolicy policy, SpotMarket market)
    {
        var rows = SpotMarket.Held(draft, version);
        var (onDemandPrice, spotPrice) = UsualPrices(market);
        var zones = market.Zones.Select(zone => new ZoneSnapshot(
            zone.Name, zone.Price > 0 ? zone.Price : spotPrice, rows.Count(row => IsIn(row, zone.Name) && row.State == ReplicaState.Ready), rows.Count(row => IsIn(row, zone.Name) && row.State != ReplicaState.Ready))).ToList();
        var ready = rows.Count(row => !row.Placement.UseSpot && row.State == ReplicaState.Ready);
        var starting = rows.Count(row => !row.Placement.UseSpot && row.State != ReplicaState.Ready);
        var seen = string.Create(CultureInfo.InvariantCulture, $"{string.Join(' ', zones.Select(zone => $"{zone.Ready}+{zone.Starting}"))} {ready}+{starting}");
        var before = draft.Service.Spot is { } known && known.Policy == policy.Name ? known : null;
        if (before is not null && draft.SpotEvents.Count == 0 && before.Target == target && before.Seen == seen && before.Zones.SequenceEqual(zones.Select(zone => zone.Zone))
            && draft.Now - before.State.At < _interval)
        {
            return before;
        }

        var replicas = draft.Version(version).Spec.Serving.ReplicaPolicy;
        var decision = policy.Decide(
            new SpotSnapshot
            {
                Now = draft.Now,
                Target = target,
                Settings = new SpotSettings
                {
                    NumOverprovision = draft.Service.PinnedReplicas is null ? replicas.NumOverprovision : 0,
                    BaseOnDemandFallbackReplicas = replicas.BaseOnDemandFallbackReplicas,
                    DynamicOnDemandFallback = replicas.DynamicOnDemandFallback && market.OnDemand.Count > 0,
                    AvailabilityTarget = replicas.AvailabilityTarget ?? SpotSettings.DefaultAvailabilityTarget,
                },
                ColdStart = ColdStart(draft, version),
                Interval = _interval,
                OnDemandPrice = onDemandPrice,
                Zones = zones,
                OnDemandReady = ready,
                OnDemandStarting = starting,
                Events = draft.SpotEvents,
                State = before?.State ?? SpotState.New,
            },
            new Random(HashCode(draft)));
        return new SpotHolding
        {
            Policy = policy.Name, Target = target, Zones = [.. zones.Select(zone => zone.Zone)], Spot = decision.Spot, OnDemand = decision.OnDemand, Seen = seen, State = decision.State,
        };
    }

    /// <summary>The same for the same pass, and another for the next, so that ties are broken this way and that.</summary>
    private static int HashCode(Draft draft) => unchecked((int)(draft.Now.UtcTicks / TimeSpan.TicksPerMillisecond) ^ (draft.Service.NextReplicaId.Value * 7919));

    private static TimeSpan ColdStart(Draft draft, int version)
    {
        var starts = draft.Rows.Where(row => row.Version == version && row.NodeAttempt > 0 && row.FirstReadyAt is not null).Select(row => row.FirstReadyAt!.Value - row.CreatedAt).ToList();
        return starts.Count == 0 ? _usualColdStart : TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerSecond, (long)starts.Average(start => start.Ticks)));
    }

    /// <summary>What is more than decided goes: what is not ready first, then the youngest.</summary>
    private static void Trim(Draft draft, int version, SpotMarket market, SpotHolding holding)
    {
        var rows = SpotMarket.Held(draft, version);
        for (var i = 0; i < market.Zones.Count; i++)
        {
            var zone = market.Zones[i].Name;
            Trim(draft, rows.Where(row => IsIn(row, zone)), holding.Spot[i], $"{zone} holds more spot replicas than its policy wants there");
        }

        Trim(draft, rows.Where(row => !row.Placement.UseSpot), holding.OnDemand, "spot replicas stand in its place");
    }

    private static void Trim(Draft draft, IEnumerable<ReplicaRecord> rows, int wanted, string reason)
    {
        var order = Rollout.InOrderOfRemoval(rows);
        foreach (var row in order.Take(Math.Max(0, order.Count - wanted)))
        {
            Stopping.Wanted(draft, row, StopCause.ScaledDown, reason);
        }
    }

    private static bool IsIn(ReplicaRecord row, string zone) => row.Placement.UseSpot && SpotMarket.NameOf(row.Placement) == zone;
}
