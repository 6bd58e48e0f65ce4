using Sky.Core.Autoscaling.Spot;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Nodes;
using Sky.Core.Placement;
using Sky.Core.Services;

namespace Sky.Core.Planning;

/// <summary>Replicas follow the nodes that are bought for them: they wait for them, go elsewhere where one cannot be had, and end with them.</summary>
internal static class BoughtNodes
{
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

    /// <summary>
    /// Whether nothing of it can be anywhere, and nobody is there to ask: it never stood on its node, or with the node all is gone that ran on it. What runs on this
    /// machine is ended by its engine.
    /// </summary>
    public static bool IsGone(Draft draft, ReplicaRecord row) =>
        row.NodeAttempt > 0 && !row.Placement.IsHere && (row.Placement.NodeId is null || draft.Node(row) is { IsOver: true });

    /// <summary>Until when a place is left out because nodes were refused there; null: it may be tried.</summary>
    public static DateTimeOffset? AvoidedUntil(IReadOnlyList<NodeLaunch> refusals, ReplicaPlacement place, DateTimeOffset now) => PlaceMemory.Of(refusals).AvoidedUntil(place, now);

    private static void Follow(Draft draft, ReplicaRecord row, NodeLaunch node)
    {
        switch (row.State)
        {
            case ReplicaState.Provisioning when node.IsLost && SpotScale.Decides(draft, row.Version):
                NoteLoss(draft, row, node);
                Stopping.Wanted(draft, row, StopCause.ScaledDown, $"no node in {Where(row.Placement)}: {node.Reason}");
                break;
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
                NoteLoss(draft, row, node);
                draft.Put(draft.Move(row, ReplicaEvent.Stop, $"node {node.Id} is gone: {node.Reason}") with { StopCause = StopCause.Preempted });
                break;
            case ReplicaState.Draining when node.IsLost:
                draft.Put(draft.Move(row, ReplicaEvent.Stop, row.Reason) with { StopCause = row.StopCause ?? StopCause.Preempted });
                break;

            case ReplicaState.Stopping or ReplicaState.FailedCleanup when IsGone(draft, row):
                draft.Move(row, ReplicaLifecycle.EndOf(row.StopCause), row.Reason);
                break;
            default:
                break;
        }
    }

    /// <summary>For whoever decides where spot replicas go. What was announced was noted then; what says nothing of the zone is not noted.</summary>
    private static void NoteLoss(Draft draft, ReplicaRecord row, NodeLaunch node)
    {
        var refused = node.State == NodeLaunchState.Void;
        if (row.Placement.UseSpot && !row.Leaving && (!refused || node.Failure == CloudFailure.NoCapacity))
        {
            draft.SpotEvents.Add(new SpotEvent(SpotMarket.NameOf(row.Placement), refused ? SpotEventKind.LaunchFailed : SpotEventKind.Preempted, 1));
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
            if (placement.UseSpot)
            {
                draft.SpotEvents.Add(new SpotEvent(SpotMarket.NameOf(placement), SpotEventKind.Launched, 1));
            }
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

        var picker = Launch.Picker(draft, draft.Version(row.Version), choices, draft.Rows.Where(other => other.Id != row.Id));
        if (picker.Next() is not { } choice)
        {
            Say(draft, row, why + "; nothing else can be had now");
            draft.LookAt(picker.FreeAt!.Value);
            return;
        }

        draft.Put(row with
        {
            Placement = choice.Placement,
            Candidate = choice.Candidate,
            NodeAttempt = row.NodeAttempt + 1,
            Endpoint = choice.Placement.IsHere && row.Port is { } port ? new Uri($"http://127.0.0.1:{port}") : null,
            Reason = why,
        });
        draft.Say(row.Id, $"{why}; it goes to {Where(choice.Placement)}");
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
