using System.Text.Json;
using Sky.Core;
using Sky.Core.Autoscaling;
using Sky.Core.Services;
using Sky.Core.Store;
using Sky.Testing.Engines;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Simulation;

/// <summary>
/// Sees every commit and every call of the engine, whoever made it and however it ended, and notes what no controller may do, an old or a new one:
/// it keeps an account of its own and never looks at how decisions are made.
/// </summary>
internal sealed class Ledger
{
    private readonly SimulatedWorld _world;
    private readonly Dictionary<ReplicaId, ReplicaRecord> _rows = [];
    private readonly HashSet<ReplicaId> _ids = [];
    private readonly Dictionary<int, VersionRecord> _versions = [];
    private readonly List<string> _wrong = [];
    private ServiceRecord? _service;

    public Ledger(SimulatedWorld world)
    {
        _world = world;
        world.Store.Committed = Note;
        world.EngineCalled = Note;
    }

    private DateTimeOffset Now => _world.Time.GetUtcNow();

    /// <summary>What is stored is what was committed, and nothing forbidden was done.</summary>
    public void Check(ServiceAggregate? stored)
    {
        Assert.True(_wrong.Count == 0, string.Join("; ", _wrong));
        Assert.Equal(_service is null ? null : Json(_service), stored is null ? null : Json(stored.Service));
        Assert.Equal(_rows.Values.OrderBy(row => row.Id).Select(Json), (stored?.Replicas ?? []).Select(Json));
    }

    private void Note(ServiceCommit commit)
    {
        var (before, after) = (_service, commit.Service);
        if (before is not null && !_world.UserAsks)
        {
            CheckIntent(before, after);
            if (before.Phase == ServicePhase.Active)
            {
                CheckAutoscaler(before.Autoscaler, after);
                CheckEnded(commit);
            }
        }

        CheckIds(before, commit);
        _service = after;
        if (commit.NewVersion is { } version)
        {
            _versions.Add(version.Number, version);
        }

        foreach (var row in commit.Upserts)
        {
            _rows[row.Id] = row;
        }

        foreach (var id in commit.Removals)
        {
            _rows.Remove(id);
        }
    }

    private void CheckIds(ServiceRecord? before, ServiceCommit commit)
    {
        var first = before?.NextReplicaId.Value ?? 1;
        Must(commit.Service.NextReplicaId.Value >= first, "the next replica id went back");
        foreach (var row in commit.Upserts.Where(row => !_rows.ContainsKey(row.Id)))
        {
            Must(_ids.Add(row.Id) && row.Id.Value >= first && row.Id.Value < commit.Service.NextReplicaId.Value, $"id {row.Id} was given out of turn");
        }
    }

    /// <summary>What a user asked for changes only when a user asks. No spec of the simulation asks for an automatic rollback.</summary>
    private void CheckIntent(ServiceRecord before, ServiceRecord after)
    {
        if (before.Canary is { } canary && after.Canary is null)
        {
            // It ends by itself, with one of its two versions as the target.
            Must(after.TargetVersion == canary.Version || after.TargetVersion == before.TargetVersion, $"a canary of version {canary.Version} ended with version {after.TargetVersion}");
            return;
        }

        Must(after.TargetVersion == before.TargetVersion && after.TargetedAt == before.TargetedAt, $"the target went from version {before.TargetVersion} to {after.TargetVersion}");
        Must(after.PreviousVersion == before.PreviousVersion, "the version before the target was changed");
        Must(after.LatestVersion == before.LatestVersion, "the latest version was changed");
        Must(after.Mode == before.Mode, $"the mode went from {before.Mode} to {after.Mode}");
        Must(after.CreatedAt == before.CreatedAt && after.CutRequests >= before.CutRequests, "the service's history was changed");
        Must(after.PinnedReplicas == before.PinnedReplicas || after.Phase == ServicePhase.Down, $"the pinned number went from {before.PinnedReplicas} to {after.PinnedReplicas}");
        Must(after.Phase == before.Phase || (before.Phase, after.Phase) == (ServicePhase.ShuttingDown, ServicePhase.Down), $"the phase went from {before.Phase} to {after.Phase}");
        foreach (var (version, progress) in before.Versions)
        {
            Must(progress.FirstReadyAt is null || after.Progress(version).FirstReadyAt == progress.FirstReadyAt, $"it was forgotten that version {version} was ready");
        }
    }

    private void CheckAutoscaler(AutoscalerState before, ServiceRecord after)
    {
        var state = after.Autoscaler;
        var policy = _versions[Math.Max(1, state.PolicyVersion)].Spec.Serving.ReplicaPolicy;
        foreach (var (second, count) in before.Window.Where(entry => entry.Second > Now.ToUnixTimeSeconds() - 60))
        {
            Must(state.Window.Any(entry => entry.Second == second && entry.Count >= count), $"{count} requests of the last minute were forgotten");
        }

        Must(after.PinnedReplicas is not { } pinned || state.Target == pinned, $"{state.Target} replicas are wanted and {after.PinnedReplicas} are pinned");
        if (after.PinnedReplicas is null && state.Target < before.Target)
        {
            var waited = before.BelowSince + TimeSpan.FromSeconds(policy.DownscaleDelaySeconds) <= Now;
            Must(waited || before.Target > policy.Max, $"the target fell from {before.Target} to {state.Target} before its delay was over");
        }
        else if (after.PinnedReplicas is null && state.Target > before.Target)
        {
            var waited = before.AboveSince + TimeSpan.FromSeconds(policy.UpscaleDelaySeconds) <= Now;
            Must(waited || before.Target == 0 || state.Target == policy.MinReplicas || state.PolicyVersion != before.PolicyVersion, $"the target rose from {before.Target} to {state.Target} before its delay was over");
        }
    }

    /// <summary>
    /// A healthy replica of the version in force, once that has proved itself, goes only where more are live than wanted;
    /// the last one that serves never goes for an update.
    /// </summary>
    private void CheckEnded(ServiceCommit commit)
    {
        var service = commit.Service;
        var changed = commit.Upserts.ToDictionary(row => row.Id);
        var stay = _rows.Values.Where(row => !commit.Removals.Contains(row.Id)).Select(row => changed.GetValueOrDefault(row.Id) ?? row).ToList();
        var live = stay.Where(row => row.State.IsLive() && row.Version == service.TargetVersion).ToList();
        var ended = _rows.Values.Where(row => row.State.IsLive() && IsHealthy(row) && stay.Find(left => left.Id == row.Id)?.State.IsLive() != true).ToList();
        var inForce = service.Progress(service.TargetVersion) is { FirstReadyAt: not null, FailedAt: null };
        var wanted = Outcome.ArmsOf(service, service.Autoscaler.Target).GetValueOrDefault(service.TargetVersion);
        foreach (var row in ended.Where(row => inForce && row.Version == service.TargetVersion && changed.GetValueOrDefault(row.Id)?.StopCause != StopCause.Provision))
        {
            Must(live.Count >= wanted, $"healthy replica {row.Id} of version {row.Version} was ended ({changed.GetValueOrDefault(row.Id)?.Reason}) and {live.Count} of {service.Autoscaler.Target} are left");
        }

        var served = ended.Any(row => row.State == ReplicaState.Ready);
        Must(!served || service.Autoscaler.Target == 0 || stay.Exists(row => row.State == ReplicaState.Ready), "the last replica that serves was ended");
    }

    private bool IsHealthy(ReplicaRecord row) =>
        _world.Engine.StateOf(row.Key) switch
        {
            null => row.LaunchedAt is null,
            var state => state is not (Core.Engines.EngineReplicaState.Exited or Core.Engines.EngineReplicaState.Lost),
        };

    private void Note(FakeEngineCall call, bool after)
    {
        if (after || call.Replica is not { } replica)
        {
            return;
        }

        var row = _rows.GetValueOrDefault(replica.Id);
        switch (call.Kind)
        {
            case FakeEngineCallKind.Run:
                Must(row?.State == ReplicaState.Provisioning, $"replica {replica} is started and its row is {row?.State.ToString() ?? "missing"}");
                break;
            case FakeEngineCallKind.Stop:
                Must(row?.State.IsLive() != true, $"replica {replica} is stopped and is meant to live");
                var cut = row is { State: ReplicaState.Stopping, DrainUntil: { } until } && until > Now && IsHealthy(row) ? _world.Gateway.InFlight(row.Id) : 0;
                Must(cut == 0, $"{cut} requests on replica {replica} were cut within its time to drain");
                break;
            case FakeEngineCallKind.Forget:
                Must(row is null || row.State.IsTerminal(), $"replica {replica} is forgotten and is {row?.State}");
                break;
            default:
                break;
        }
    }

    private static string Json(ReplicaRecord row) => JsonSerializer.Serialize(row, SkyJson.Default.ReplicaRecord);

    private static string Json(ServiceRecord service) => JsonSerializer.Serialize(service, SkyJson.Default.ServiceRecord);

    private void Must(bool holds, string otherwise)
    {
        if (!holds)
        {
            _wrong.Add(otherwise);
        }
    }
}
