using System.Runtime.CompilerServices;
using Sky.Controller.Store;
using Sky.Core.Autoscaling;
using Sky.Core.Placement;
using Sky.Core.Services;
using Sky.Core.Store;
using Sky.Testing.Store;

namespace Sky.SystemTests.Store;

/// <summary>This test program as a process that commits until it is killed; it prints a line after each commit.</summary>
internal static class StoreWriter
{
    /// <summary>Set to the database's path, the program does nothing but write there.</summary>
    public const string Variable = "SKY_TEST_STORE_WRITER";

#pragma warning disable CA2255 // The test runner owns Main; this is the one place before it.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } path)
        {
            WriteAsync(path).GetAwaiter().GetResult();
        }
    }

    private static async Task WriteAsync(string path)
    {
        using var store = await SqliteStore.OpenAsync(path, TestSealer.Instance, CancellationToken.None);
        var service = new ServiceRecord
        {
            Name = new ServiceName("hello"),
            Phase = ServicePhase.Active,
            LatestVersion = 1,
            TargetVersion = 1,
            NextReplicaId = new ReplicaId(1),
            Autoscaler = new AutoscalerState { Target = 1 },
            CreatedAt = default,
        };
        await store.CommitAsync(new ServiceCommit { ExpectedRowVersion = 0, Service = service }, CancellationToken.None);
        for (var number = 1; ; number++)
        {
            await store.CommitAsync(
                new ServiceCommit
                {
                    ExpectedRowVersion = number,
                    Service = service,
                    Upserts = [Replica(service.Name, number)],
                    Events = [new ServiceEvent { At = default, Message = $"{number}" }],
                },
                CancellationToken.None);
            Console.WriteLine(number);
        }
    }

    private static ReplicaRecord Replica(ServiceName service, int id) => new()
    {
        Service = service,
        Id = new ReplicaId(id),
        Version = 1,
        State = ReplicaState.Pending,
        Placement = new ReplicaPlacement { Cloud = "local", Node = "here" },
        CreatedAt = default,
        ChangedAt = default,
    };
}
