using Sky.Core;
using Sky.Core.Engines;
using Sky.Core.Planning;
using Sky.Core.Services;

namespace Sky.Controller.Provisioning;

/// <summary>Builds what an engine needs from a committed replica row: the same row gives the same request.</summary>
internal sealed class RunRequests(SkyHome home)
{
    /// <exception cref="EngineException">The row lacks a port, or its version is not known: it can never run.</exception>
    public RunRequest Build(ServiceAggregate service, PlannedEffect.Run run)
    {
        var record = run.Record;
        if (record.Port is not { } port || !service.Versions.TryGetValue(record.Version, out var version))
        {
            throw new EngineException(EngineFailure.Invalid, $"Replica {record.Key} has no port or no version.");
        }

        if (version.Unreadable is { } reason)
        {
            throw new EngineException(EngineFailure.Unavailable, $"The secrets of version {version.Number} cannot be read. {reason}");
        }

        var candidates = version.Spec.Resources.Candidates;
        var candidate = candidates[Math.Clamp(run.Candidate, 0, candidates.Count - 1)];
        var listen = EngineName.RunsContainers(record.Placement.EngineName) ? version.Spec.Task.Port ?? port : port;
        return new RunRequest
        {
            Replica = record.Key,
            Version = record.Version,
            Task = version.Spec.Task,
            Probe = version.Spec.Serving.ReadinessProbe,
            Resources = candidate,
            Node = record.Placement.NodeId,
            Port = port,
            ListenPort = listen,
            WorkdirArchive = version.WorkdirHash is { } hash ? Path.Combine(home.Workdirs, hash + ".tar") : null,
            Variables = ReplicaVariables.For(
                record.Key, record.Version, listen, candidate.AcceleratorCount, record.Placement.Cloud, record.Placement.Region, record.Placement.Zone),
        };
    }
}
