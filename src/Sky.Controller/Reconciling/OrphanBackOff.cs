using Sky.Core.Planning;
using Sky.Core.Services;

namespace Sky.Controller.Reconciling;

/// <summary>
/// Spaces out attempts to end what runs without a row: a row counts its own attempts, these have none. Lost at a restart, which costs
/// a few attempts more.
/// </summary>
internal sealed class OrphanBackOff
{
    private const int MostDoublings = 9;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);
    private readonly Dictionary<ReplicaId, (int Failures, DateTimeOffset NotBefore)> _failed = [];

    /// <summary>The effects whose turn it is: all on replicas with a row, and on orphans that did not fail lately.</summary>
    public IReadOnlyList<PlannedEffect> Due(ServiceAggregate service, IReadOnlyList<PlannedEffect> effects, DateTimeOffset now)
    {
        foreach (var gone in _failed.Keys.Where(id => !effects.Any(effect => effect.Replica.Id == id)).ToList())
        {
            _failed.Remove(gone);
        }

        return _failed.Count == 0
            ? effects
            : [.. effects.Where(effect => HasRow(service, effect.Replica.Id) || !_failed.TryGetValue(effect.Replica.Id, out var last) || last.NotBefore <= now)];
    }

    /// <summary>Takes the failures of orphans out of what the next pass is told.</summary>
    public IReadOnlyDictionary<ReplicaId, EffectFailure> Note(
        ServiceAggregate service, IReadOnlyDictionary<ReplicaId, EffectFailure> failures, DateTimeOffset now)
    {
        var orphans = failures.Keys.Where(id => !HasRow(service, id)).ToList();
        foreach (var id in orphans)
        {
            var count = _failed.GetValueOrDefault(id).Failures + 1;
            var pause = First * Math.Pow(2, Math.Min(count - 1, MostDoublings));
            _failed[id] = (count, now + (pause < Most ? pause : Most));
        }

        return orphans.Count == 0 ? failures : failures.Where(pair => HasRow(service, pair.Key)).ToDictionary();
    }

    private static bool HasRow(ServiceAggregate service, ReplicaId id) => service.Replicas.Any(row => row.Id == id);
}
