using Sky.Core.Autoscaling.Spot;
using Sky.Core.Clouds.Launching;
using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>A plan while it is being made: the stored rows and what the phases of one pass have changed so far.</summary>
internal sealed class Draft
{
    private readonly SortedDictionary<ReplicaId, ReplicaRecord> _rows = [];
    private readonly Dictionary<ReplicaId, ReplicaRecord> _stored = [];
    private readonly List<ServiceEvent> _events = [];

    public Draft(ServiceSnapshot snapshot, DateTimeOffset now)
    {
        Snapshot = snapshot;
        Now = now;
        Service = snapshot.Stored.Service;
        foreach (var row in snapshot.Stored.Replicas)
        {
            _rows[row.Id] = row;
            _stored[row.Id] = row;
        }
    }

    public ServiceSnapshot Snapshot { get; }

    public DateTimeOffset Now { get; }

    public ServiceRecord Service { get; set; }

    public DateTimeOffset? LookAgainAt { get; private set; }

    /// <summary>What happened to spot nodes of the leading version in this pass.</summary>
    public List<SpotEvent> SpotEvents { get; } = [];

    /// <summary>Where its replicas may go, once its policy of spot has decided; null: it has none.</summary>
    public SpotMarket? Market { get; set; }

    /// <summary>The rows as they are by now, lowest id first; a copy, so that a phase may change rows while it goes through them.</summary>
    public IReadOnlyList<ReplicaRecord> Rows => [.. _rows.Values];

    public IEnumerable<ReplicaRecord> Live => Rows.Where(row => row.State.IsLive());

    public VersionRecord Version(int number) => Snapshot.Stored.Versions[number];

    /// <summary>The row as the engine sees it; null when it does not list it or could not be asked.</summary>
    public EngineReplica? Seen(ReplicaId id) => Snapshot.Observed?.GetValueOrDefault(id);

    /// <summary>The node that is bought for it; null while that is not asked for yet, or none is.</summary>
    public NodeLaunch? Node(ReplicaRecord row) =>
        Snapshot.Nodes.TryGetValue(row.Id, out var node) && node.Request.Attempt == row.NodeAttempt ? node : null;

    /// <summary>Whether its node is to be emptied.</summary>
    public bool IsLeaving(ReplicaRecord row) => Snapshot.Leaving.ContainsKey(row.Id);

    /// <summary>Whether the engine of that name was asked: what it does not list is then not there.</summary>
    public bool Answers(string engine) => Snapshot.Observed is not null && !Snapshot.SilentEngines.Contains(engine);

    public int InFlight(ReplicaId id) => Snapshot.Load.InFlight.GetValueOrDefault(id);

    public void Put(ReplicaRecord row) => _rows[row.Id] = row;

    public void Remove(ReplicaId id) => _rows.Remove(id);

    public void Say(ReplicaId? replica, string message) =>
        _events.Add(new ServiceEvent { At = Now, Replica = replica, Message = message });

    /// <summary>Asks for another pass at that time; the earliest request counts, one in the past counts for nothing.</summary>
    public void LookAt(DateTimeOffset at)
    {
        if (at > Now && (LookAgainAt is null || at < LookAgainAt))
        {
            LookAgainAt = at;
        }
    }

    /// <summary>Takes the row through the lifecycle table; a pair the table does not know is a bug.</summary>
    public ReplicaRecord Move(ReplicaRecord row, ReplicaEvent happened, string? reason)
    {
        var next = ReplicaLifecycle.Next(row.State, happened)
            ?? throw new InvalidOperationException($"Replica {row.Key} is {row.State}: {happened} cannot happen to it.");
        var moved = row with { State = next, Reason = reason, ChangedAt = Now, Attempts = 0, NotBefore = null };
        Put(moved);
        Say(row.Id, reason is null ? $"{row.State.Word()} → {next.Word()}" : $"{row.State.Word()} → {next.Word()}: {reason}");
        return moved;
    }

    public void Progress(int version, Func<VersionProgress, VersionProgress> change)
    {
        var before = Service.Progress(version);
        var after = change(before);
        if (after != before)
        {
            Service = Service with { Versions = new Dictionary<int, VersionProgress>(Service.Versions) { [version] = after } };
        }
    }

    public Plan ToPlan(IReadOnlyList<PlannedEffect> effects)
    {
        List<ReplicaRecord> upserts = [.. _rows.Values.Where(row => row != _stored.GetValueOrDefault(row.Id))];
        List<ReplicaId> removals = [.. _stored.Keys.Where(id => !_rows.ContainsKey(id)).Order()];
        return new Plan
        {
            Service = Service,
            Upserts = upserts,
            Removals = removals,
            Events = _events,
            Effects = effects,
            LookAgainAt = LookAgainAt,
            Changed = upserts.Count > 0 || removals.Count > 0 || _events.Count > 0 || Service != Snapshot.Stored.Service,
        };
    }
}
