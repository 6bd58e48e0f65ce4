using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Services;

namespace Sky.Core.Tests.Planning;

/// <summary>Sells nodes in memory: what was asked for is there at the next pass, unless its zone refuses.</summary>
internal sealed class NodeMarket
{
    private readonly Dictionary<(ReplicaId Replica, int Attempt), NodeLaunch> _launches = [];

    /// <summary>Zones that refuse, and how.</summary>
    public Dictionary<string, CloudFailure> Refusing { get; } = [];

    /// <summary>Zones that have no spot nodes.</summary>
    public HashSet<string> RefusingSpot { get; } = [];

    public IReadOnlyDictionary<ReplicaId, NodeLaunch> Latest =>
        _launches.GroupBy(pair => pair.Key.Replica).ToDictionary(group => group.Key, group => group.MaxBy(pair => pair.Key.Attempt).Value);

    public IReadOnlyList<NodeLaunch> Refusals => [.. _launches.Values.Where(launch => launch.State == NodeLaunchState.Void)];

    public IEnumerable<NodeLaunch> All => _launches.Values;

    /// <summary>The cloud takes the node of a replica away.</summary>
    public void Take(int replica)
    {
        var (key, launch) = _launches.Where(pair => pair.Key.Replica.Value == replica).MaxBy(pair => pair.Key.Attempt);
        _launches[key] = launch with { State = NodeLaunchState.Ended, LostAt = launch.ChangedAt, Reason = "its cloud took the spot node away" };
    }

    public void Trade(IEnumerable<ReplicaRecord> rows, DateTimeOffset now)
    {
        foreach (var row in rows.Where(row => row.NodeAttempt > 0 && !row.State.IsTerminal()))
        {
            var key = (row.Id, row.NodeAttempt);
            _launches[key] = _launches.GetValueOrDefault(key) switch
            {
                null => Asked(row, now),
                { State: NodeLaunchState.Requested } asked when Refusing.TryGetValue(row.Placement.Zone ?? "", out var how) =>
                    asked with { State = NodeLaunchState.Void, Failure = how, Reason = $"{how} in a test", ChangedAt = now },
                { State: NodeLaunchState.Requested } asked when row.Placement.UseSpot && RefusingSpot.Contains(row.Placement.Zone!) =>
                    asked with { State = NodeLaunchState.Void, Failure = CloudFailure.NoCapacity, Reason = "no spot in a test", ChangedAt = now },
                { State: NodeLaunchState.Requested } asked => asked with { State = NodeLaunchState.Ready, EngineId = "engine-" + asked.Id, ChangedAt = now },
                var other => other,
            };
        }
    }

    private static NodeLaunch Asked(ReplicaRecord row, DateTimeOffset now) => new()
    {
        Request = new NodeRequest(new NodeId($"node-{row.Id}-{row.NodeAttempt}"), row.NodeAttempt, new Offering
        {
            Cloud = row.Placement.Cloud, Region = row.Placement.Region, Zone = row.Placement.Zone, InstanceType = row.Placement.InstanceType!,
            UseSpot = row.Placement.UseSpot, Cpus = 4, Memory = 16, HourlyCost = row.Placement.HourlyCost,
        }),
        Replica = row.Key,
        State = NodeLaunchState.Requested,
        CreatedAt = now,
        ChangedAt = now,
    };
}
