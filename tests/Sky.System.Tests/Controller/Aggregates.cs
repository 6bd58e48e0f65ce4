using Sky.Core.Autoscaling;
using Sky.Core.Placement;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Simulation;

namespace Sky.SystemTests.Controller;

/// <summary>Stored services, made by hand.</summary>
internal static class Aggregates
{
    private static readonly DateTimeOffset Then = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ServiceAggregate Service(string name, ServiceSpec? spec = null, params ReplicaRecord[] replicas) => new()
    {
        Service = new ServiceRecord
        {
            Name = new ServiceName(name),
            Phase = ServicePhase.Active,
            LatestVersion = 1,
            TargetVersion = 1,
            NextReplicaId = new ReplicaId(replicas.Length + 1),
            Autoscaler = new AutoscalerState { Target = replicas.Length },
            CreatedAt = Then,
        },
        Replicas = replicas,
        Versions = new Dictionary<int, VersionRecord>
        {
            [1] = new() { Service = new ServiceName(name), Number = 1, Spec = spec ?? TestSpecs.Spec(), CreatedAt = Then },
        },
        RowVersion = 1,
    };

    public static ReplicaRecord Replica(string service, int id, ReplicaState state, int? port = null) => new()
    {
        Service = new ServiceName(service),
        Id = new ReplicaId(id),
        Version = 1,
        State = state,
        Placement = new ReplicaPlacement { Cloud = "local", Node = "this-machine" },
        Port = port,
        Endpoint = new Uri($"http://127.0.0.1:{port ?? 20000 + id}"),
        CreatedAt = Then,
        ChangedAt = Then,
    };
}
