using System.Text.Json;
using Sky.Cli.Client;
using Sky.Controller.Api;
using Sky.Core.Services;

namespace Sky.SystemTests.Cli;

/// <summary>The reader of status answers gives what the serializer gives, field by field, for every field there is.</summary>
public sealed class ServiceViewReaderTests
{
    [Fact]
    public void Reads_every_field_that_the_controller_writes()
    {
        IReadOnlyList<ServiceView> views = [Full(ServiceStatus.Ready, ReplicaStatus.Ready), Bare()];

        Assert.Equal(Json(views), Json(ServiceViewReader.ReadAll(JsonSerializer.SerializeToUtf8Bytes(views, ApiJson.Default.IReadOnlyListServiceView))));
        // A new field must be in the full view, or the line above would not notice that the reader lacks it.
        using var written = JsonDocument.Parse(Json([views[0]]));
        Assert.Equal(typeof(ServiceView).GetProperties().Length, written.RootElement[0].EnumerateObject().Count());
        Assert.Equal(typeof(ReplicaView).GetProperties().Length, written.RootElement[0].GetProperty("replicas")[0].EnumerateObject().Count());
        Assert.Equal(typeof(ReplicaExit).GetProperties().Length, written.RootElement[0].GetProperty("replicas")[0].GetProperty("exit").EnumerateObject().Count());
    }

    [Fact]
    public void Reads_every_status_word()
    {
        IReadOnlyList<ServiceView> views =
        [
            .. Enum.GetValues<ServiceStatus>().Select(status => Full(status, ReplicaStatus.Ready)),
            .. Enum.GetValues<ReplicaStatus>().Select(status => Full(ServiceStatus.Ready, status)),
        ];

        Assert.Equal(Json(views), Json(ServiceViewReader.ReadAll(JsonSerializer.SerializeToUtf8Bytes(views, ApiJson.Default.IReadOnlyListServiceView))));
    }

    private static string Json(IReadOnlyList<ServiceView> views) => JsonSerializer.Serialize(views, ApiJson.Default.IReadOnlyListServiceView);

    private static ServiceView Bare() => new()
    {
        Name = "bare",
        Status = ServiceStatus.NoReplica,
        Versions = [],
        TargetVersion = 1,
        ReadyReplicas = 0,
        TotalReplicas = 0,
        TargetReplicas = 0,
        AutoscalingPolicy = "Fixed 1 replica",
        LoadBalancingPolicy = "least_load",
        RequestedResources = "1x(any)",
        Replicas = [],
    };

    private static ServiceView Full(ServiceStatus service, ReplicaStatus replica) => Bare() with
    {
        Name = "full",
        Status = service,
        Endpoint = "http://127.0.0.1:30000/services/full",
        Versions = [1, 2],
        TargetVersion = 2,
        UptimeSeconds = 61,
        ReadyReplicas = 1,
        TotalReplicas = 2,
        TargetReplicas = 3,
        PinnedReplicas = 3,
        CutRequests = 4,
        Message = "a \"quoted\" message",
        Trouble = "changes wait",
        Replicas =
        [
            new ReplicaView
            {
                Id = 7,
                Version = 2,
                Status = replica,
                Endpoint = "http://127.0.0.1:20001",
                Cloud = "local",
                Node = "here",
                Region = "east",
                Zone = "east-a",
                InstanceType = "large",
                UseSpot = true,
                HourlyCost = 0.25,
                LaunchedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
                Reason = "why",
                Resources = "1x(cpus=2)",
                InFlight = 5,
                DrainUntil = Views.Now,
                Exit = new ReplicaExit
                {
                    Code = 137,
                    Signal = "SIGKILL",
                    Stage = "run",
                    OutOfMemory = true,
                    At = new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero),
                    LastLogLines = ["one", "two"],
                },
            },
        ],
    };
}
