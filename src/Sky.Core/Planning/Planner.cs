using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>Decides what is to be done about one service. Pure: the same snapshot and time give the same plan.</summary>
public static class Planner
{
    /// <summary>
    /// Level-triggered: it looks at what is stored and what is observed, never at what an earlier pass did.
    /// Planning again on an unchanged result changes nothing; effects are repeated until their outcome is observed.
    /// </summary>
    public static Plan Plan(ServiceSnapshot snapshot, DateTimeOffset now)
    {
        var draft = new Draft(snapshot, now);
        BoughtNodes.Apply(draft);
        Observe.Apply(draft);
        Judge.Apply(draft);
        switch (draft.Service.Phase)
        {
            case ServicePhase.Active:
                Evict.Note(draft);
                Reuse.Apply(draft);
                VersionHealth.Apply(draft);
                Canary.Apply(draft);
                Rollout.Apply(draft, Scale.Apply(draft));
                break;
            case ServicePhase.ShuttingDown:
                WindDown.Apply(draft);
                break;
            default:
                break;
        }

        Drain.Apply(draft);
        CleanUp.Apply(draft);
        return draft.ToPlan(Effects.Of(draft));
    }
}
