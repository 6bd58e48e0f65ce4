using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Simulation;

/// <summary>What must hold after every step, whatever was killed.</summary>
internal sealed class Invariants(SimulatedWorld world)
{
    /// <summary>Steps that a replica without a row may live on: it must be listed, asked to stop, and end.</summary>
    private const int StepsToEnd = 60;

    private readonly Ledger _ledger = new(world);
    private readonly Dictionary<int, ServiceSpec> _versions = [];
    private readonly Dictionary<ReplicaKey, int> _ownerless = [];
    private readonly Dictionary<ReplicaId, DateTimeOffset> _created = [];
    private int _nextId = 1;
    private int _latest;

    public async Task CheckAsync()
    {
        foreach (var replica in world.Engine.Started)
        {
            Assert.True(world.Engine.StartsOf(replica) == 1, $"replica {replica} was started twice");
        }

        var stored = await world.StoredAsync();
        _ledger.Check(stored);
        if (stored is null)
        {
            Assert.Empty(world.Engine.Living);
            return;
        }

        CheckNumbers(stored);
        CheckOwners(stored);
    }

    private void CheckNumbers(ServiceAggregate stored)
    {
        Assert.True(stored.Service.NextReplicaId.Value >= _nextId, "the next replica id went back");
        Assert.True(stored.Service.LatestVersion >= _latest, "the latest version went back");
        (_nextId, _latest) = (stored.Service.NextReplicaId.Value, stored.Service.LatestVersion);
        Assert.Equal(Enumerable.Range(1, _latest), stored.Versions.Keys.Order());
        foreach (var version in stored.Versions.Values)
        {
            _versions.TryAdd(version.Number, version.Spec);
            Assert.Same(_versions[version.Number], version.Spec);
        }

        Assert.Equal(stored.Replicas.Count, stored.Replicas.DistinctBy(replica => replica.Id).Count());
        foreach (var replica in stored.Replicas)
        {
            Assert.True(replica.Id.Value < _nextId, $"replica {replica.Id} has an id that was not given");
            _created.TryAdd(replica.Id, replica.CreatedAt);
            Assert.True(_created[replica.Id] == replica.CreatedAt, $"id {replica.Id} was given twice");
        }
    }

    private void CheckOwners(ServiceAggregate stored)
    {
        var rows = stored.Replicas.Where(row => row.State is not (ReplicaState.Pending or ReplicaState.Stopped)).Select(row => row.Key).ToHashSet();
        var living = world.Engine.Living.Select(request => request.Replica).ToHashSet();
        foreach (var gone in _ownerless.Keys.Except(living).ToList())
        {
            _ownerless.Remove(gone);
        }

        foreach (var replica in living)
        {
            _ownerless[replica] = rows.Contains(replica) ? 0 : _ownerless.GetValueOrDefault(replica) + 1;
            Assert.True(_ownerless[replica] < StepsToEnd, $"replica {replica} runs and nobody owns it");
        }
    }
}
