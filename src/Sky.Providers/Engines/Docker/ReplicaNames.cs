using System.Globalization;
using Sky.Core.Services;

namespace Sky.Providers.Engines.Docker;

/// <summary>
/// What the containers and volumes of one owner's replicas are called and labelled. A replica has one container of one name, so that a
/// creation whose answer was lost is found and never repeated.
/// </summary>
/// <param name="Owner">Whose.</param>
/// <param name="Engine">The name of the engine: two that lead to one daemon do not see each other's.</param>
internal sealed record ReplicaNames(OwnerId Owner, string Engine)
{
    /// <summary>The replica has <c>setup</c>, then <c>run</c>: which of them runs is to be asked.</summary>
    public const string StagedLabel = "skyswarm.staged";

    private const string OwnerLabel = "skyswarm.owner";
    private const string EngineLabel = "skyswarm.engine";
    private const string ServiceLabel = "skyswarm.service";
    private const string ReplicaLabel = "skyswarm.replica";
    private const string VersionLabel = "skyswarm.version";
    private const string StopLabel = "skyswarm.stop";

    /// <summary>All that this owner has on this engine.</summary>
    public IReadOnlyList<string> Filter => [$"{OwnerLabel}={Owner}", $"{EngineLabel}={Engine}"];

    public string Container(ReplicaKey replica) => $"sky-{Owner}-{replica.Service}-{replica.Id}";

    /// <summary>Holds the workdir and the scripts.</summary>
    public string Files(ReplicaKey replica) => Container(replica) + "-files";

    /// <summary>Holds what <c>file_mounts</c> puts into a folder of a read-only root.</summary>
    public string Mount(ReplicaKey replica, int number) => string.Create(CultureInfo.InvariantCulture, $"{Container(replica)}-mount{number}");

    /// <summary>An empty volume: the replica is to end, or never to start.</summary>
    public string StopMark(ReplicaKey replica) => Container(replica) + "-stop";

    public Dictionary<string, string> Labels(ReplicaKey replica) => new(StringComparer.Ordinal)
    {
        [OwnerLabel] = Owner.Value,
        [EngineLabel] = Engine,
        [ServiceLabel] = replica.Service.Value,
        [ReplicaLabel] = replica.Id.ToString(),
    };

    public Dictionary<string, string> Labels(ReplicaKey replica, int version, bool staged)
    {
        var labels = Labels(replica);
        labels[VersionLabel] = version.ToString(CultureInfo.InvariantCulture);
        if (staged)
        {
            labels[StagedLabel] = "true";
        }

        return labels;
    }

    public Dictionary<string, string> StopLabels(ReplicaKey replica)
    {
        var labels = Labels(replica);
        labels[StopLabel] = "true";
        return labels;
    }

    /// <summary>Whose these labels are; null when they are not a replica's of this owner.</summary>
    public ReplicaKey? KeyOf(IDictionary<string, string>? labels) =>
        labels is not null
        && labels.TryGetValue(OwnerLabel, out var owner) && owner == Owner.Value
        && labels.TryGetValue(EngineLabel, out var engine) && engine == Engine
        && labels.TryGetValue(ServiceLabel, out var service)
        && labels.TryGetValue(ReplicaLabel, out var replica)
        && int.TryParse(replica, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new ReplicaKey(new ServiceName(service), new ReplicaId(id))
            : null;

    public static bool IsStopMark(IDictionary<string, string>? labels) => labels?.ContainsKey(StopLabel) == true;
}
