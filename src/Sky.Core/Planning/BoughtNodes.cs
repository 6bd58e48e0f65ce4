using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Nodes;
using Sky.Core.Placement;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>Replicas follow the nodes that are bought for them: they wait for them, go elsewhere where one cannot be had, and end with them.</summary>
internal static class BoughtNodes
{
    /// <summary>How long a place is left out that refused a node; each further refusal there within that time doubles it, up to <see cref="_longest"/>.</summary>
    private static readonly TimeSpan _avoided = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(16);

    public static void Apply(Draft draft)
    {
        foreach (var row in draft.Rows.Where(row => row.NodeAttempt > 0 && !row.State.IsTerminal()))
        {
            if (draft.Node(row) is { } node)
            {
                Follow(draft, row, node);
            }
        }
    }

    /// <summary>Whether the engine may be asked to run it: it needs no node, or has it.</summary>
    public static bool CanRun(Draft draft, ReplicaRecord row) => row.NodeAttempt == 0 || draft.Node(row) is { State: NodeLaunchState.Ready };

    /// <summary>Until when a place is left out because nodes were refused there; null: it may be tried.</summary>
    public static DateTimeOffset? AvoidedUntil(IReadOnlyList<NodeLaunch> refusals, ReplicaPlacement place, DateTimeOffset now)
    {
        var times = refusals.Where(refused => Concerns(refused, place)).Select(refused => refused.ChangedAt).Where(at => now - at < _longest).Order().ToList();
        if (times.Count == 0)
        {
            return null;
        }

        var pause = TimeSpan.FromTicks(Math.Min(_longest.Ticks, _avoided.Ticks << Math.Min(times.Count - 1, 4)));
        return times[^1] + pause is var until && until > now ? until : null;
    }

    /// <summary>No capacity is a zone's for one type; a quota is the region's for the type; no permission is the whole cloud's.</summary>
    private static bool Concerns(NodeLaunch refused, ReplicaPlacement place)
    {
        var offering = refused.Request.Offering;
        return offering.Cloud == place.Cloud && refused.Failure switch
        {
            CloudFailure.Unauthorized => true,
            CloudFailure.Quota => offering.Region == place.Region && offering.UseSpot == place.UseSpot && offering.InstanceType == place.InstanceType,
            _ => offering.Region == place.Region && offering.Zone == place.Zone && offering.UseSpot == place.UseSpot && offering.InstanceType == place.InstanceType,
        };
    }

    private static void Follow(Draft draft, ReplicaRecord row, NodeLaunch node)
    {
        switch (row.State)
        {
            case ReplicaState.Provisioning when node.IsLost:
                Elsewhere(draft, row, node);
                break;
            case ReplicaState.Provisioning when node.State == NodeLaunchState.Ready:
                Settle(draft, row, node);
                break;
            case ReplicaState.Provisioning:
                Say(draft, row, $"node {node.Id} ({Where(row.Placement)}): {node.Reason ?? "it is asked for"}");
                break;
            case ReplicaState.Starting or ReplicaState.Ready or ReplicaState.NotReady when node.IsLost:
                draft.Put(draft.Move(row, ReplicaEvent.Stop, $"node {node.Id} is gone: {node.Reason}") with { StopCause = StopCause.Preempted });
                break;
            case ReplicaState.Draining when node.IsLost:
                draft.Put(draft.Move(row, ReplicaEvent.Stop, row.Reason) with { StopCause = row.StopCause ?? StopCause.Preempted });
                break;
            default:
                break;
        }
    }

    /// <summary>It stands on its node from now on.</summary>
    private static void Settle(Draft draft, ReplicaRecord row, NodeLaunch node)
    {
        var placement = row.Placement with { Node = node.Id.Value, NodeId = node.EngineId, HourlyCost = node.Request.Offering.HourlyCost };
        if (placement != row.Placement)
        {
            draft.Put(row with { Placement = placement, Reason = null });
            draft.Say(row.Id, $"node {node.Id} is ready in {Where(placement)}");
        }
    }

    /// <summary>The next best place that refused nothing lately; while there is none, it waits for the first that may be tried again.</summary>
    private static void Elsewhere(Draft draft, ReplicaRecord row, NodeLaunch node)
    {
        var why = $"no node in {Where(row.Placement)}: {node.Reason}";
        var choices = Launch.Choices(draft, draft.Version(row.Version), out _).Where(choice => choice.Placement.Bought).ToList();
        if (choices.Count == 0)
        {
            Stopping.Failing(draft, row, StopCause.Provision, why);
            return;
        }

        var free = choices.Where(choice => AvoidedUntil(draft.Snapshot.Refusals, choice.Placement, draft.Now) is null).ToList();
        if (free.Count == 0)
        {
            Say(draft, row, why + "; nothing else can be had now");
            draft.LookAt(choices.Min(choice => AvoidedUntil(draft.Snapshot.Refusals, choice.Placement, draft.Now)!.Value));
            return;
        }

        draft.Put(row with
        {
            Placement = free[0].Placement,
            Candidate = free[0].Candidate,
            NodeAttempt = row.NodeAttempt + 1,
            Endpoint = free[0].Placement.IsHere && row.Port is { } port ? new Uri($"http://127.0.0.1:{port}") : null,
            Reason = why,
        });
        draft.Say(row.Id, $"{why}; it goes to {Where(free[0].Placement)}");
    }

    private static void Say(Draft draft, ReplicaRecord row, string reason)
    {
        if (row.Reason != reason)
        {
            draft.Put(row with { Reason = reason });
        }
    }

    private static string Where(ReplicaPlacement place) =>
        $"{string.Join('/', new[] { place.Cloud, place.Region, place.Zone }.OfType<string>())}{(place.UseSpot ? ", spot" : "")}";
}
