using Sky.Core.Endpoints;
using Sky.Core.Engines;
using Sky.Core.Planning;

namespace Sky.Core.Services;

/// <summary>What people are shown of a service; pure.</summary>
public static class StatusView
{
    private const string DeadDaemon = "What runs goes on, but a Docker daemon that is dead takes the ports that it published with it: replicas there are not reached until it is back.";

    /// <param name="service">The stored service.</param>
    /// <param name="load">What gateways report of it.</param>
    /// <param name="gateway">The gateway's public URL, without a slash at the end; null when none is known.</param>
    /// <param name="now">The present time.</param>
    /// <param name="silent">Engines that cannot be asked, each with the reason; null: all answer.</param>
    public static ServiceView From(
        ServiceAggregate service, ServiceLoad load, string? gateway, DateTimeOffset now, IReadOnlyDictionary<string, string>? silent = null)
    {
        var record = service.Service;
        var target = service.Target;
        return new ServiceView
        {
            Name = record.Name.Value,
            Status = StatusOf(service),
            Endpoint = gateway is null ? null : $"{gateway}/services/{record.Name}",
            Versions = ServedVersions(service),
            TargetVersion = record.TargetVersion,
            UptimeSeconds = Uptime(record.FirstReadyAt, now),
            ReadyReplicas = service.Replicas.Count(row => row.State == ReplicaState.Ready),
            TotalReplicas = service.Replicas.Count(row => !row.State.IsKeptFailure() && row.State != ReplicaState.FailedCleanup),
            TargetReplicas = record.PinnedReplicas ?? record.Autoscaler.Target,
            PinnedReplicas = record.PinnedReplicas,
            AutoscalingPolicy = PolicyText.Of(target.Spec.Serving.ReplicaPolicy, record.PinnedReplicas),
            LoadBalancingPolicy = target.Spec.Serving.LoadBalancingPolicy,
            RequestedResources = ResourceText.Of(target.Spec.Resources),
            CutRequests = record.CutRequests,
            Message = string.Join(' ', ((string?[])[MessageOf(service), record.HeldByBudget, record.Autoscaler.Missing, LostText(service), TakenText(load.TakenModels)]).OfType<string>()) is { Length: > 0 } message ? message : null,
            Trouble = silent is { Count: > 0 } ? TroubleOf(service, silent) : null,
            Replicas = [.. service.Replicas.OrderBy(row => row.Id).Select(row => ReplicaOf(service, row, load))],
        };
    }

    /// <summary>The versions with ready replicas that gateways use, ascending.</summary>
    public static IReadOnlyList<int> ServedVersions(ServiceAggregate service) =>
    [
        .. service.Replicas.Where(row => row.State == ReplicaState.Ready && EndpointsView.Serves(service.Service, row)).Select(row => row.Version).Distinct().Order(),
    ];

    /// <summary>Whole seconds since a service was first ready; null when it never was.</summary>
    public static long? Uptime(DateTimeOffset? firstReadyAt, DateTimeOffset now) =>
        firstReadyAt is { } since ? (long)Math.Max(0, (now - since).TotalSeconds) : null;

    /// <summary>The word for the service, from all its replicas.</summary>
    public static ServiceStatus StatusOf(ServiceAggregate service)
    {
        var record = service.Service;
        if (record.Phase != ServicePhase.Active)
        {
            return service.Replicas.Any(row => row.State == ReplicaState.FailedCleanup) ? ServiceStatus.FailedCleanup : ServiceStatus.ShuttingDown;
        }

        if (service.Replicas.Any(row => row.State == ReplicaState.Ready))
        {
            return ServiceStatus.Ready;
        }

        if (service.Replicas.Any(row => row.State.IsOnItsWay()))
        {
            return ServiceStatus.ReplicaInit;
        }

        if (Lead.Of(record, service.Replicas) is not { } lead)
        {
            return ServiceStatus.Failed;
        }

        var progress = record.Progress(lead);
        var wanted = record.PinnedReplicas
            ?? Math.Max(record.Autoscaler.Target, service.Versions[lead].Spec.Serving.ReplicaPolicy.MinReplicas);
        return wanted > 0 && progress.Waiting is null && progress.NotBefore is null ? ServiceStatus.ReplicaInit : ServiceStatus.NoReplica;
    }

    private static string? TakenText(IReadOnlyList<TakenModel> taken) => taken.Count == 0
        ? null
        : string.Join(' ', taken.Select(one => $"Requests for the model '{one.Model}' go to the service '{one.By}', which has that name first."));

    /// <summary>Engines that hold nothing of the service do not concern it.</summary>
    private static string? TroubleOf(ServiceAggregate service, IReadOnlyDictionary<string, string> silent)
    {
        var engines = service.Replicas
            .Where(row => !row.State.IsTerminal())
            .Select(row => row.Placement.EngineName)
            .Distinct()
            .Where(silent.ContainsKey)
            .Order(StringComparer.Ordinal)
            .ToList();
        var reasons = string.Join("; ", engines.Select(engine => silent[engine]));
        return engines.Count == 0 ? null
            : engines.Any(EngineName.PublishesPorts) ? $"Changes wait: {reasons}. {DeadDaemon}"
            : $"What runs goes on, and changes wait: {reasons}.";
    }

    private static string? LostText(ServiceAggregate service)
    {
        var record = service.Service;
        var version = service.Versions[Lead.Of(record, service.Replicas) ?? record.TargetVersion];
        var said = record.Progress(version.Number).Waiting is not null;
        return string.Join(' ', ((string?[])
        [
            version.Unreadable is { } reason && !said ? $"The secrets of version {version.Number} cannot be read: {reason.TrimEnd('.')}." : null,
            version.LacksUpstreamKey ? "Requests are refused meanwhile, since replicas would be asked without their key." : null,
            version.LacksProbeHeaders ? "Gateways ask replicas for their health, models and metrics without the headers of readiness_probe meanwhile: one that they lose sight of may have to wait for the secrets." : null,
        ]).OfType<string>()) is { Length: > 0 } text ? text : null;
    }

    private static string? MessageOf(ServiceAggregate service)
    {
        var record = service.Service;
        var lead = Lead.Of(record, service.Replicas);
        var target = record.Progress(record.TargetVersion);
        if (target.FailedAt is not null)
        {
            var meanwhile = lead is null ? "nothing more is launched until the next update or rollback" : $"version {lead} serves on";
            return $"Version {record.TargetVersion} is given up ({target.FailedReason}); {meanwhile}.";
        }

        if (target.Waiting is { } waiting)
        {
            return $"Version {record.TargetVersion} waits: {waiting}.";
        }

        return record.RolledBackFrom is { } left && record.Progress(left) is { FailedAt: not null } given
            ? $"Version {left} was given up ({given.FailedReason}); version {record.TargetVersion} serves."
            : record.Canary is { } canary ? $"Version {canary.Version} is a canary at {canary.Percent()}%; see `sky serve traffic {record.Name}`."
            : record.Traffic is { } split ? $"Requests are divided: {split.Text}." : null;
    }

    private static ReplicaView ReplicaOf(ServiceAggregate service, ReplicaRecord row, ServiceLoad load)
    {
        var candidates = service.Versions[row.Version].Spec.Resources.Candidates;
        return new ReplicaView
        {
            Id = row.Id.Value,
            Version = row.Version,
            Status = ReplicaLifecycle.StatusOf(row),
            Endpoint = row.State.IsTerminal() ? null : row.Endpoint?.GetLeftPart(UriPartial.Authority),
            Cloud = row.Placement.Cloud,
            Node = row.Placement.Node,
            Region = row.Placement.Region,
            Zone = row.Placement.Zone,
            InstanceType = row.Placement.Bought ? row.Placement.InstanceType : null,
            UseSpot = row.Placement.UseSpot,
            HourlyCost = row.Placement.HourlyCost,
            LaunchedAt = row.LaunchedAt,
            Reason = row.Reason,
            Resources = row.Candidate < candidates.Count ? ResourceText.Of(candidates[row.Candidate]) : null,
            Exit = row.Exit,
            InFlight = load.InFlight.GetValueOrDefault(row.Id),
            DrainUntil = row.State == ReplicaState.Draining ? row.DrainUntil : null,
        };
    }
}
