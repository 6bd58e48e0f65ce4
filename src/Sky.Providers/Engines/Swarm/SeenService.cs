using Docker.DotNet.Models;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>What of a manager's description of a service counts.</summary>
internal sealed record SeenService
{
    public required string Id { get; init; }

    /// <summary>Every change carries it: of two at once one is refused.</summary>
    public required long Version { get; init; }

    public required ServiceSpec Spec { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required IDictionary<string, string> Labels { get; init; }

    /// <summary>Whether the replica is to end, or never to start.</summary>
    public bool IsStopped => Labels.ContainsKey(SwarmNames.StopLabel);

    /// <summary>The id of the Swarm node that it is pinned to; null where it never was to start.</summary>
    public string? Node => Labels.TryGetValue(SwarmNames.NodeLabel, out var node) ? node : null;

    /// <summary>Whether it has <c>setup</c> and then <c>run</c>.</summary>
    public bool IsStaged => Spec.TaskTemplate?.ContainerSpec?.Labels?.ContainsKey(ReplicaNames.StagedLabel) == true;

    public static SeenService From(SwarmService service)
    {
        var spec = service.Spec ?? new ServiceSpec();
        return new SeenService
        {
            Id = service.ID,
            Version = (long)(service.Version?.Index ?? 0),
            Spec = spec,
            CreatedAt = new DateTimeOffset(DateTime.SpecifyKind(service.CreatedAt ?? DateTime.UnixEpoch, DateTimeKind.Utc)),
            Labels = spec.Labels ?? new Dictionary<string, string>(),
        };
    }
}
