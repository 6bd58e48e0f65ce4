using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Planning;

/// <summary>Brings the leading version to the wanted number and the others to none, in steps that keep the service up.</summary>
internal static class Rollout
{
    public static void Apply(Draft draft, int wanted)
    {
        if (Arms.Apply(draft, wanted))
        {
            return;
        }

        Switch.Apply(draft);
        if (Lead.Of(draft.Service, draft.Rows) is not { } lead)
        {
            Shrink(draft, draft.Live, wanted, StopCause.ScaledDown, "scaled down");
            return;
        }

        var limits = LimitsOf(draft, lead, wanted);
        RemoveOlder(draft, lead, limits);
        Shrink(draft, draft.Live.Where(row => row.Version == lead && !draft.IsLeaving(row)), limits.Leading, StopCause.ScaledDown, "scaled down");
        if (limits.Heal is { } healed)
        {
            var older = draft.Live.Count(row => row.Version != lead);
            Launch.Add(draft, healed, Math.Min(limits.Older - older, limits.Total - draft.Live.Count()));
        }

        var leading = draft.Live.Count(row => row.Version == lead && !draft.IsLeaving(row));
        var staying = draft.Live.Count(row => row.Version != lead || !draft.IsLeaving(row));
        Launch.Add(draft, lead, Math.Min(limits.Leading - leading, limits.Total - staying));
        Evict.Apply(draft, lead, limits.Leading);
        Launch.Promote(draft);
    }

    private static RolloutLimits LimitsOf(Draft draft, int lead, int wanted)
    {
        var service = draft.Service;
        var leading = Math.Min(wanted, FixedPort.Capacity(draft.Version(lead).Spec));
        var older = draft.Live.Where(row => row.Version != lead).ToList();
        var switching = service.Mode == UpdateMode.BlueGreen && service.ServingVersion is not null && service.ServingVersion != lead;
        var heal = switching ? service.ServingVersion : Lead.Carrier(service, draft.Rows);
        if (older.Count == 0 && heal is null)
        {
            return new RolloutLimits { Leading = leading, Older = 0, Heal = null, Total = leading, ReadyFloor = 0 };
        }

        var kept = heal is { } version ? Math.Min(wanted, FixedPort.Capacity(draft.Version(version).Spec)) : 0;
        if (!CanLaunch(draft, lead))
        {
            return new RolloutLimits { Leading = leading, Older = heal is null ? wanted : kept, Heal = heal, Total = int.MaxValue, ReadyFloor = 0 };
        }

        if (TakesOverPort(draft, lead, older, heal))
        {
            return new RolloutLimits { Leading = leading, Older = 0, Heal = null, Total = leading, ReadyFloor = 0 };
        }

        return service.Mode == UpdateMode.BlueGreen
            ? new RolloutLimits { Leading = leading, Older = kept, Heal = heal, Total = int.MaxValue, ReadyFloor = 0 }
            : Rolling(draft.Version(lead), leading, kept, heal);
    }

    /// <summary>False while there is no place for it: what is older stays then.</summary>
    private static bool CanLaunch(Draft draft, int lead) =>
        lead != draft.Service.TargetVersion || draft.Snapshot.Placements.Count > 0 || draft.Live.Any(row => row.Version == lead);

    /// <summary>
    /// The old one must go before the new one can listen. It is not healed meanwhile, not even while it drains or stops:
    /// its next replica would need the very port that the new one waits for.
    /// </summary>
    private static bool TakesOverPort(Draft draft, int lead, List<ReplicaRecord> older, int? heal) =>
        FixedPort.Of(draft.Version(lead).Spec) is { } port
        && (older.Exists(row => row.Port == port) || (heal is { } version && FixedPort.Of(draft.Version(version).Spec) == port));

    /// <summary>
    /// Until the leading version has proved that it can become ready it gets only the places that the update may take,
    /// and the older one is healed as if there were no update. Afterwards everything new is of the leading version.
    /// </summary>
    private static RolloutLimits Rolling(VersionRecord lead, int leading, int kept, int? heal)
    {
        var proven = heal is null;
        var policy = lead.Spec.Serving.UpdatePolicy;
        var total = leading + policy.MaxSurge;
        var canaries = Math.Min(leading, Math.Max(1, policy.MaxSurge + policy.MaxUnavailable));
        var mayBeEmpty = leading == 0 || (leading == 1 && policy.MaxSurge == 0);
        var floor = Math.Max(leading - policy.MaxUnavailable, mayBeEmpty ? 0 : 1);
        return new RolloutLimits
        {
            Leading = proven ? leading : canaries,
            Older = proven ? 0 : Math.Min(kept, total - canaries),
            Heal = heal,
            Total = total,
            ReadyFloor = floor,
        };
    }

    private static void RemoveOlder(Draft draft, int lead, RolloutLimits limits)
    {
        var ready = draft.Live.Count(row => row.State == ReplicaState.Ready);
        var serving = draft.Service.ServingVersion;
        var older = InOrderOfRemoval(draft.Live.Where(row => row.Version != lead)).OrderBy(row => row.Version == serving).ToList();
        var surplus = older.Count - limits.Older;
        var reason = $"version {lead} takes its place";
        foreach (var row in older)
        {
            if (surplus <= 0)
            {
                return;
            }

            if (row.State == ReplicaState.Ready)
            {
                if (ready <= limits.ReadyFloor || TooManyDrain(draft, limits))
                {
                    return;
                }

                ready--;
            }

            Stopping.Wanted(draft, row, StopCause.Outdated, reason);
            surplus--;
        }
    }

    /// <summary>Updates in quick succession would otherwise pile up replicas that finish long streams.</summary>
    private static bool TooManyDrain(Draft draft, RolloutLimits limits) =>
        draft.Live.Count() <= limits.Total && draft.Rows.Count(row => row.State == ReplicaState.Draining) / 2 >= Math.Max(1, limits.Total);

    private static void Shrink(Draft draft, IEnumerable<ReplicaRecord> rows, int wanted, StopCause cause, string reason)
    {
        var order = InOrderOfRemoval(rows);
        foreach (var row in order.Take(Math.Max(0, order.Count - wanted)))
        {
            Stopping.Wanted(draft, row, cause, reason);
        }
    }

    /// <summary>What is furthest from ready goes first, then the older version, then the youngest.</summary>
    public static List<ReplicaRecord> InOrderOfRemoval(IEnumerable<ReplicaRecord> rows) =>
    [
        .. rows.OrderBy(row => Nearness(row.State)).ThenBy(row => row.Version).ThenByDescending(row => row.Id),
    ];

    private static int Nearness(ReplicaState state) => state switch
    {
        ReplicaState.Pending => 0,
        ReplicaState.Provisioning => 1,
        ReplicaState.Starting => 2,
        ReplicaState.NotReady => 3,
        _ => 4,
    };
}
