using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Planning;

/// <summary>Which single version serves in a blue-green update. Once the new one does, only its giving up or another update changes that.</summary>
internal static class Switch
{
    public static void Apply(Draft draft)
    {
        var serving = Choose(draft);
        if (serving == draft.Service.ServingVersion)
        {
            return;
        }

        if (serving is { } version && draft.Rows.Any(row => row.Version != version && row.State == ReplicaState.Ready))
        {
            draft.Say(null, $"Version {version} takes all traffic.");
        }

        draft.Service = draft.Service with { ServingVersion = serving };
    }

    private static int? Choose(Draft draft)
    {
        var service = draft.Service;
        if (service.Mode != UpdateMode.BlueGreen || Lead.Of(service, draft.Rows) is not { } lead)
        {
            return null;
        }

        var enough = Math.Min(service.Autoscaler.Target, FixedPort.Capacity(draft.Version(lead).Spec));
        var switched = service.ServingVersion == lead && service.Progress(lead).FirstReadyAt is not null;
        if (switched || Ready(draft, lead) >= enough)
        {
            return lead;
        }

        var before = service.ServingVersion is { } version && Ready(draft, version) > 0 ? version : MostReady(draft, lead);
        return before ?? (Ready(draft, lead) == 0 && Carries(service) ? service.ServingVersion : lead);
    }

    /// <summary>The version in force is worth waiting for: it was ready before and was not given up.</summary>
    private static bool Carries(ServiceRecord service) =>
        service.ServingVersion is { } version && service.Progress(version) is { FirstReadyAt: not null, FailedAt: null };

    private static int? MostReady(Draft draft, int lead) => draft.Live
        .Where(row => row.Version != lead && row.State == ReplicaState.Ready)
        .GroupBy(row => row.Version)
        .OrderByDescending(group => group.Count())
        .ThenByDescending(group => group.Key)
        .Select(group => (int?)group.Key)
        .FirstOrDefault();

    private static int Ready(Draft draft, int version) =>
        draft.Live.Count(row => row.Version == version && row.State == ReplicaState.Ready);
}
