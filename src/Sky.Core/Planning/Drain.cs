using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>Ends replicas that have finished what they had, or whose time for it is over.</summary>
internal static class Drain
{
    public static void Apply(Draft draft)
    {
        foreach (var row in draft.Rows.Where(row => row.State == ReplicaState.Draining))
        {
            // Drained is what gateways said before this pass; of a replica that began to drain in it they know nothing yet.
            var knownToDrain = row.ChangedAt < draft.Now;
            if (knownToDrain && draft.Snapshot.Load.Drained.Contains(row.Id))
            {
                draft.Move(row, ReplicaEvent.Stop, row.Reason);
            }
            else if (row.DrainUntil is null || row.DrainUntil <= draft.Now)
            {
                CountCut(draft, row, "Its time to drain is over");
                draft.Move(row, ReplicaEvent.Stop, row.Reason);
            }
            else
            {
                draft.LookAt(row.DrainUntil.Value);
            }
        }
    }

    /// <summary>Requests that are on a replica when it is stopped are cut: the service counts them.</summary>
    public static void CountCut(Draft draft, ReplicaRecord row, string why)
    {
        var cut = draft.InFlight(row.Id);
        if (cut > 0)
        {
            draft.Service = draft.Service with { CutRequests = draft.Service.CutRequests + cut };
            draft.Say(row.Id, $"{why}: {cut} request(s) are cut.");
        }
    }
}
