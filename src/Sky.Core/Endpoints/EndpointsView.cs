using Sky.Core.Autoscaling;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Traffic;

namespace Sky.Core.Endpoints;

/// <summary>What gateways are told about a service; pure.</summary>
public static class EndpointsView
{
    private const string KeyLost = "What it presents to its replicas cannot be read: `sky serve status` says why.";

    /// <summary>The endpoints of a service, or null when gateways should not know it (it is down).</summary>
    public static ServiceEndpoints? From(ServiceAggregate service, DateTimeOffset now)
    {
        if (service.Service.Phase == ServicePhase.Down)
        {
            return null;
        }

        var lead = Lead.Of(service.Service, service.Replicas);
        var version = service.Versions[lead ?? service.Service.TargetVersion];
        var serving = version.Spec.Serving;

        // What may be shown of a key is not what replicas ask for: they finish what they have, and get nothing more.
        var lost = version.LacksUpstreamKey;
        return new ServiceEndpoints
        {
            Service = service.Service.Name,
            Replicas = [.. service.Replicas.Where(row => Serves(service.Service, row)).OrderBy(row => row.Id).Select(row => Endpoint(row, serving.ReplicaPolicy, lost))],
            LoadBalancingPolicy = serving.LoadBalancingPolicy,
            Weights = serving.Weights,
            Session = serving.Session,
            StreamTimeoutSeconds = serving.StreamTimeoutSeconds,
            CanWait = !lost && CanWait(service, lead),
            ExpectedReadySeconds = Expected(service, lead, now),
            Hold = serving.Hold,
            NoReplicaReason = lost ? KeyLost : NoReplicaReason(service, lead),
            Outliers = serving.Outliers,
            SlowStartSeconds = serving.SlowStartSeconds ?? 0,
            Timeouts = serving.Timeouts,
            Hedge = serving.Hedge,
            ReadinessProbe = Probe(version),
            Tls = serving.Tls,
            Auth = serving.Auth,
            UpstreamAuth = lost || serving.UpstreamAuth is not { } auth ? null : auth with { Template = null },
            Limits = serving.Limits,
            Prices = serving.Prices,
            Usage = serving.Usage,
            Models = serving.Models,
            Fallback = serving.Fallback,
            Expose = serving.Expose,
            Traffic = TrafficOf(service),
        };
    }

    /// <summary>With no header where only masks of them can be read.</summary>
    private static ReadinessProbeSpec Probe(VersionRecord version) => version.Spec.Serving.ReadinessProbe with
    {
        Headers = version.LacksProbeHeaders ? new Dictionary<string, string>() : version.Spec.Serving.ReadinessProbe.Headers,
        HeaderTemplates = new Dictionary<string, string>(),
    };

    /// <summary>Ready replicas of the version or versions in force, and what drains.</summary>
    internal static bool Serves(ServiceRecord service, ReplicaRecord row) =>
        row.Endpoint is not null
        && (row.State == ReplicaState.Draining
            || (row.State == ReplicaState.Ready && service.Phase == ServicePhase.Active && ServesVersion(service, row.Version)));

    private static bool ServesVersion(ServiceRecord service, int version) =>
        service.Traffic is { } split ? split.Serves(version) : service.ServingVersion is null || version == service.ServingVersion;

    /// <summary>Without those that were given up.</summary>
    private static ServiceTraffic? TrafficOf(ServiceAggregate stored) =>
        stored.Service is { Traffic: { } split } service && Arms.Effective(service, split.InForce) is var arms && (arms.Count > 0 || split.Mirror is not null)
            ? new ServiceTraffic
            {
                // Under the shares before it, or with one version alone, versions would be compared over different hours.
                Generation = (arms.Count > 1 || split.Mirror is not null) && Arms.Effective(service, split.Weights).SequenceEqual(arms) ? split.Generation : ServiceTraffic.NotCounted,
                Arms = arms,
                Sticky = split.Sticky,
                Mirror = split.Mirror,
                Prices = PricesOf(stored, arms, split.Mirror),
            }
            : null;

    private static List<VersionPrices> PricesOf(ServiceAggregate stored, IReadOnlyList<VersionWeight> arms, MirrorTarget? mirror)
    {
        var versions = arms.Select(arm => arm.Version);
        return [.. (mirror is null ? versions : versions.Append(mirror.Version)).Distinct().Select(version => new VersionPrices(version, stored.Versions[version].Spec.Serving.Prices))];
    }

    private static ReplicaEndpoint Endpoint(ReplicaRecord row, ReplicaPolicySpec policy, bool ends) => new()
    {
        Id = row.Id,
        Version = row.Version,
        Address = row.Endpoint!,
        Draining = ends || row.State == ReplicaState.Draining,
        Leaving = row.Leaving,
        HourlyPrice = row.Placement.HourlyCost ?? 0,
        TargetQps = policy.TargetQpsPerAccelerator.Count > 0
            ? AcceleratorQps.Of(policy.TargetQpsPerAccelerator, row.Placement.Accelerators)
            : 1,
    };

    private static bool CanWait(ServiceAggregate service, int? lead)
    {
        var record = service.Service;
        if (record.Phase != ServicePhase.Active)
        {
            return false;
        }

        if (service.Replicas.Any(row => row.State.IsLive()))
        {
            return true;
        }

        if (lead is not { } version || record.Progress(version).Waiting is not null)
        {
            return false;
        }

        // At zero by hand stays at zero; a policy that allows no replica cannot be woken either.
        return (record.PinnedReplicas ?? service.Versions[version].Spec.Serving.ReplicaPolicy.Max) > 0;
    }

    /// <summary>The kind alone: what a provider or a replica said of a failure may quote what is no business of clients.</summary>
    private static string? NoReplicaReason(ServiceAggregate service, int? lead)
    {
        var record = service.Service;
        if (record.Phase != ServicePhase.Active || service.Replicas.Any(row => row.State.IsLive()))
        {
            return null;
        }

        if (lead is not { } version)
        {
            return $"Version {record.TargetVersion} was given up: its replicas did not become ready.";
        }

        return record.Progress(version).Waiting is not null ? "There is no place for a replica at the moment."
            : (record.PinnedReplicas ?? service.Versions[version].Spec.Serving.ReplicaPolicy.Max) <= 0 ? "The service is scaled to zero."
            : null;
    }

    private static double? Expected(ServiceAggregate service, int? lead, DateTimeOffset now) =>
        lead is { } version
        && service.Service.Phase == ServicePhase.Active
        && !service.Replicas.Any(row => row.State.IsLive())
        && service.Service.Progress(version).NotBefore is { } notBefore
        && notBefore > now
            ? Math.Ceiling((notBefore - now).TotalSeconds)
            : null;
}
