using Sky.Core.Placement;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Planning;

/// <summary>New replicas: a number, a place and a port each, committed before anything starts.</summary>
internal static class Launch
{
    public static void Add(Draft draft, int version, int count)
    {
        if (count <= 0 || draft.Snapshot.Observed is null)
        {
            return;
        }

        var progress = draft.Service.Progress(version);
        if (progress.NotBefore is { } notBefore && notBefore > draft.Now)
        {
            draft.LookAt(notBefore);
            return;
        }

        PlacePicker? bought = null;
        for (var i = 0; i < count && AddOne(draft, version, progress.FailuresInARow, ref bought); i++)
        {
        }
    }

    /// <summary>Starts what only waited for an old replica to give up its port.</summary>
    public static void Promote(Draft draft)
    {
        foreach (var row in draft.Rows.Where(row => row.State == ReplicaState.Pending && draft.Answers(row.Placement.EngineName)))
        {
            var before = draft.Rows.FirstOrDefault(other => other.Id != row.Id && other.Port == row.Port && !other.State.IsTerminal());
            if (before is null)
            {
                draft.Move(row, ReplicaEvent.Launch, null);
            }
            else
            {
                draft.Put(row with { Reason = $"waits for replica {before.Id} to give up port {row.Port}" });
            }
        }
    }

    private static bool AddOne(Draft draft, int version, int failures, ref PlacePicker? bought)
    {
        var record = draft.Version(version);
        var (choice, noPlace) = Place(draft, record, failures, ref bought);
        var port = FixedPort.Of(record.Spec) ?? draft.Snapshot.Ports.Next(PortsInUse(draft));
        var waiting = choice is null ? noPlace ?? "nothing that fits can be had" : port is null ? "no port of this machine is free" : null;
        draft.Progress(version, progress => progress with { Waiting = waiting });
        if (choice is null || port is null)
        {
            return false;
        }

        var id = draft.Service.NextReplicaId;
        draft.Service = draft.Service with { NextReplicaId = new ReplicaId(id.Value + 1) };
        var pending = FixedPort.Of(record.Spec) is not null;
        var row = new ReplicaRecord
        {
            Service = draft.Service.Name,
            Id = id,
            Version = version,
            State = pending ? ReplicaState.Pending : ReplicaState.Provisioning,
            Placement = choice.Placement,
            Candidate = choice.Candidate,
            NodeAttempt = choice.Placement.Bought ? 1 : 0,
            Port = port,
            Endpoint = choice.Placement.IsHere ? new Uri($"http://127.0.0.1:{port}") : null,
            CreatedAt = draft.Now,
            ChangedAt = draft.Now,
        };
        draft.Put(row);
        draft.Say(id, $"{row.State.Word()}: version {version} on {choice.Placement.Cloud} ({choice.Placement.Node}), port {port}");
        return true;
    }

    /// <summary>Where replicas of a version may stand, best first.</summary>
    /// <param name="draft">Of the pass.</param>
    /// <param name="version">Of the service.</param>
    /// <param name="reason">Why there is none; null where there is one.</param>
    public static IReadOnlyList<PlacementChoice> Choices(Draft draft, VersionRecord version, out string? reason)
    {
        var snapshot = draft.Snapshot;
        if (version.Number != snapshot.Stored.Service.TargetVersion)
        {
            return Placer.Choose(version.Spec.Resources, snapshot.Offerings, version.Spec.Task, out reason);
        }

        reason = snapshot.NoPlacementReason;
        return snapshot.Placements;
    }

    /// <summary>Picks among places where nodes are bought: not where they were refused lately, and spread over failure domains.</summary>
    /// <param name="draft">Of the pass.</param>
    /// <param name="version">The version of the replicas.</param>
    /// <param name="choices">Best first.</param>
    /// <param name="beside">The replicas to be apart from.</param>
    public static PlacePicker Picker(Draft draft, VersionRecord version, IReadOnlyList<PlacementChoice> choices, IEnumerable<ReplicaRecord> beside) => new(
        choices, PlaceMemory.Of(draft.Snapshot.Refusals), draft.Now, beside.Select(row => row.Placement), version.Spec.Resources.Optimize);

    /// <summary>The best place first; after a failure the next best, round and round.</summary>
    private static (PlacementChoice? Choice, string? Reason) Place(Draft draft, VersionRecord version, int failures, ref PlacePicker? bought)
    {
        if (draft.Market is { } market && version.Number == Lead.Of(draft.Service, draft.Rows))
        {
            var next = market.Next(draft, version.Number, out var again);
            if (again is { } at && next is null)
            {
                draft.LookAt(at);
            }

            return (next, next is null ? "no node can be had in the zones that are to be tried now" : null);
        }

        var choices = Choices(draft, version, out var reason);
        var choice = Pick(draft, version, choices, failures, ref bought);
        if (choice is null && version.Number != draft.Service.TargetVersion && draft.Rows.LastOrDefault(row => row.Version == version.Number) is { } beside)
        {
            choice = new PlacementChoice(beside.Placement.Bought ? beside.Placement with { NodeId = null } : beside.Placement, beside.Candidate);
        }

        return (choice, reason ?? SilentReason(choices));
    }

    /// <summary>Nothing is begun under an engine that cannot be asked, or where nodes were refused lately, while there is another place.</summary>
    private static PlacementChoice? Pick(Draft draft, VersionRecord version, IReadOnlyList<PlacementChoice> choices, int failures, ref PlacePicker? bought)
    {
        if (bought is null)
        {
            // The engine of nodes that are yet to be bought may begin with them.
            List<PlacementChoice> asked = [.. choices.Where(choice => choice.Placement.Bought || draft.Answers(choice.Placement.EngineName))];
            if (asked.Count == 0)
            {
                return null;
            }

            // Among machines one has, and while everything is refused, a failure leads to the next place, round and round.
            var picker = Picker(draft, version, [.. asked.Where(choice => choice.Placement.Bought)], draft.Rows);
            if (!asked[0].Placement.Bought || picker.Next() is not { } first)
            {
                return Spread(draft, asked, asked[failures % asked.Count]);
            }

            bought = picker;
            return first;
        }

        return bought.Next();
    }

    /// <summary>Of nodes that are as good as the best, the one with the fewest replicas of this service, failed ones included.</summary>
    private static PlacementChoice Spread(Draft draft, List<PlacementChoice> choices, PlacementChoice best) => choices
        .Where(choice => choice.Candidate == best.Candidate && (choice.Placement with { Node = best.Placement.Node, NodeId = best.Placement.NodeId, InstanceType = best.Placement.InstanceType }) == best.Placement)
        .MinBy(choice => draft.Rows.Count(row => row.Placement.Node == choice.Placement.Node && row.Placement.EngineName == choice.Placement.EngineName))!;

    private static string? SilentReason(IReadOnlyList<PlacementChoice> choices) => choices.Count == 0
        ? null
        : $"engine {string.Join(", ", choices.Select(choice => choice.Placement.EngineName).Distinct())} cannot be asked";

    /// <summary>Ports of what runs, and of what could not be started: it may have failed because of its port.</summary>
    private static HashSet<int> PortsInUse(Draft draft) =>
    [
        .. draft.Rows
            .Where(row => row.Port is not null && (!row.State.IsTerminal() || row.State == ReplicaState.FailedProvision))
            .Select(row => row.Port!.Value),
    ];
}
