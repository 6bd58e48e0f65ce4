using Sky.Core.Traffic.Canaries;

namespace Sky.Core.Planning;

/// <summary>Moves a canary on, as far as what is known of it says.</summary>
internal static class Canary
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(5);

    public static void Apply(Draft draft)
    {
        if (draft.Service.Canary is not { } canary)
        {
            return;
        }

        var present = draft.Snapshot.Stored with { Service = draft.Service, Replicas = draft.Rows };
        switch (CanaryDecision.Next(draft.Service, draft.Snapshot.Arms, draft.Now))
        {
            case CanaryMove.Begin:
                draft.Service = draft.Service with { Canary = canary with { StepSince = draft.Now } };
                draft.Say(null, $"Canary version {canary.Version} has {canary.Percent()}% of the requests.");
                break;
            case CanaryMove.Raise:
                draft.Service = CanaryChange.Raise(present, draft.Now);
                draft.Say(null, $"Canary version {canary.Version} is not worse than version {canary.Baseline}: {draft.Service.Canary!.Percent()}% are next.");
                break;
            case CanaryMove.Promote:
                draft.Service = CanaryChange.Promote(present, draft.Now);
                draft.Say(null, $"Canary version {canary.Version} is not worse than version {canary.Baseline}: it gets all requests.");
                break;
            case CanaryMove.GoBack back:
                draft.Service = CanaryChange.GoBack(present, back.Reason, draft.Now);
                draft.Say(null, $"Canary version {canary.Version} goes back to version {canary.Baseline}: {back.Reason}.");
                break;
            case CanaryMove.Wait wait:
                draft.LookAt(draft.Now + _look);
                if (wait.Until is { } until)
                {
                    draft.LookAt(until);
                }

                break;
        }
    }
}
