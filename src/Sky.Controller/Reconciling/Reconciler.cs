using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sky.Controller.Clusters;
using Sky.Controller.Endpoints;
using Sky.Controller.Launching;
using Sky.Controller.Probing;
using Sky.Controller.Provisioning;
using Sky.Controller.Scaling;
using Sky.Controller.Scaling.Metrics;
using Sky.Controller.Traffic;
using Sky.Core.Clusters;
using Sky.Core.Engines;
using Sky.Core.Keys;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Store;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Reconciling;

/// <summary>
/// One pass over one service: observe, plan, commit, act, publish. It keeps nothing that a decision needs beyond what the store has,
/// so that a new one may take over after any instruction. Passes of one service must not overlap; those of several may.
/// </summary>
internal sealed partial class Reconciler(
    IStore store,
    IExperimentStore? experiments,
    EngineObserver engine,
    Effects effects,
    ProbeSchedule probes,
    GatewayReports gateways,
    Placements placements,
    ReplicaPorts ports,
    IClusterSource clusters,
    NodeBook nodes,
    MetricBook metrics,
    Publications publications,
    ReconcileTiming timing,
    TimeProvider time,
    ILogger<Reconciler> logger)
{
    private readonly ConcurrentDictionary<ServiceName, PassMemory> _memories = new();

    /// <exception cref="StoreUnavailableException">The store failed; nothing was done that it does not know of.</exception>
    public async Task<ReconcileOutcome> ReconcileOnceAsync(ServiceName name, CancellationToken cancellationToken)
    {
        if (await store.LoadAsync(name, cancellationToken) is not { } service)
        {
            return default;
        }

        var memory = _memories.GetOrAdd(name, _ => new PassMemory());
        ports.Note(service);
        probes.Sync(service);
        metrics.Sync(service);
        var observation = await engine.ObserveAsync(memory.Mark, timing.EngineMaxAge, cancellationToken);
        var snapshot = await SnapshotAsync(service, observation, memory, cancellationToken);
        var now = time.GetUtcNow();
        var plan = Planner.Plan(snapshot, now);
        if (plan.Changed)
        {
            if (!await CommitAsync(service, plan, cancellationToken))
            {
                return new ReconcileOutcome(Again: true, null);
            }

            service = await store.LoadAsync(name, cancellationToken) ?? service;
            ports.Note(service);
            probes.Sync(service);
        }

        publications.Publish(service, snapshot.Load, now);
        var due = memory.Orphans.Due(service, plan.Effects, now);
        memory.Failures = memory.Orphans.Note(service, await effects.DoAsync(service, due, cancellationToken), time.GetUtcNow());
        if (due.Count > 0)
        {
            memory.Mark = engine.Mark();
        }

        return new ReconcileOutcome(plan.Changed || memory.Failures.Count > 0, plan.LookAgainAt);
    }

    private async Task<ServiceSnapshot> SnapshotAsync(
        ServiceAggregate service, Observation observation, PassMemory memory, CancellationToken cancellationToken)
    {
        var places = service.Service.Phase != ServicePhase.Active ? new PlacementAnswer([], null)
            : service.Target.Unreadable is { } reason ? new PlacementAnswer([], $"the secrets of version {service.Target.Number} cannot be read: {reason}")
            : await placements.ChooseAsync(service.Target.Spec, observation.LostAt(service), cancellationToken);
        return new ServiceSnapshot
        {
            Stored = service,
            Observed = observation.Of(service.Service.Name),
            SilentEngines = [.. observation.Silent.Keys],
            Leaving = LeavingReplicas.Of(service, clusters, nodes),
            Nodes = nodes.Of(service.Service.Name),
            Refusals = nodes.Refusals,
            Spent = service.Target.Spec.Serving.Budget is { } budget
                ? await nodes.SpentAsync(service.Service.Name, BudgetClock.StartOf(budget.Per, time.GetUtcNow()), cancellationToken)
                : 0,
            Probes = probes.Results(service.Service.Name),
            EffectFailures = memory.Failures,
            Load = gateways.LoadOf(service),
            Metrics = metrics.Of(service.Service.Name),
            Arms = service.Service.Canary is not null && experiments is not null
                ? await experiments.SightsAsync(service.Service.Name, service.Service.TrafficGenerations, cancellationToken)
                : new Dictionary<int, ArmSight>(),
            Ports = ports.For(service.Service.Name),
            Placements = places.Choices,
            NoPlacementReason = places.Reason,
            Offerings = places.Offerings,
        };
    }

    private async Task<bool> CommitAsync(ServiceAggregate service, Plan plan, CancellationToken cancellationToken)
    {
        var committed = await store.CommitAsync(
            new ServiceCommit
            {
                ExpectedRowVersion = service.RowVersion,
                Service = plan.Service,
                Upserts = plan.Upserts,
                Removals = plan.Removals,
                Events = plan.Events,
            },
            cancellationToken);
        if (!committed)
        {
            return false;
        }

        if (plan.Upserts.Any(row => row.NodeAttempt > 0))
        {
            nodes.Bell.Set();
        }

        foreach (var happened in plan.Events)
        {
            Log(service.Service.Name, happened);
        }

        return true;
    }

    private void Log(ServiceName service, ServiceEvent happened)
    {
        if (happened.Replica is { } replica)
        {
            LogReplica(service, replica, happened.Message);
        }
        else
        {
            LogService(service, happened.Message);
        }
    }

    [LoggerMessage(2001, LogLevel.Information, "service {Service}: {Message}")]
    private partial void LogService(ServiceName service, string message);

    [LoggerMessage(2002, LogLevel.Information, "service {Service} replica {Replica}: {Message}")]
    private partial void LogReplica(ServiceName service, ReplicaId replica, string message);

    /// <summary>What one pass leaves for the next; losing it costs at most one repeated effect.</summary>
    private sealed class PassMemory
    {
        public IReadOnlyDictionary<ReplicaId, EffectFailure> Failures { get; set; } = new Dictionary<ReplicaId, EffectFailure>();

        public OrphanBackOff Orphans { get; } = new();

        /// <summary>Only observations begun after this have seen the effects of the last pass.</summary>
        public long Mark { get; set; }
    }
}
