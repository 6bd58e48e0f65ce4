using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Launching;
using Sky.Controller.Provisioning;
using Sky.Controller.Scaling;
using Sky.Controller.Scaling.Metrics;
using Sky.Core.Autoscaling;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Placement;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>GET /services/{name}/explain</c>: why each replica stands where it stands, and what was tried.</summary>
internal static class ExplainService
{
    private const int Events = 1000;
    private const int MostBetter = 5;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/services/{name}/explain", HandleAsync)
        .Produces<ExplanationView>()
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .WithSummary("Tell why each replica stands where it stands, and what was tried");

    private static async Task<IResult> HandleAsync(string name, IStore store, Placements placements, NodeBook nodes, GatewayReports gateways, MetricBook metrics, TimeProvider time, CancellationToken cancellationToken)
    {
        var service = new ServiceName(name);
        if (await store.LoadAsync(service, cancellationToken) is not { Service.Phase: not ServicePhase.Down } stored)
        {
            return Problem.NoService(name).ToResult();
        }

        var events = (await store.EventsAsync(service, Events, cancellationToken)).ToLookup(happened => happened.Replica);
        var choices = new Dictionary<int, IReadOnlyList<PlacementChoice>>();
        foreach (var version in stored.Replicas.Select(row => row.Version).Distinct())
        {
            choices[version] = (await placements.ChooseAsync(stored.Versions[version].Spec, cancellationToken)).Choices;
        }

        var (memory, now) = (PlaceMemory.Of(nodes.Refusals), time.GetUtcNow());
        return Results.Json(
            new ExplanationView
            {
                Service = name,
                Metrics = MetricsOf(Scale.InputOf(stored, gateways.LoadOf(stored), metrics.Of(service)), now),
                Waiting = stored.Service.Progress(stored.Service.TargetVersion).Waiting,
                Replicas = [.. stored.Replicas.OrderBy(row => row.Id.Value).Select(row => Explain(row, stored.Versions[row.Version].Spec, choices[row.Version], [.. events[row.Id]], memory, now))],
            },
            ApiJson.Default.ExplanationView);
    }

    /// <summary>Pure.</summary>
    internal static IReadOnlyList<MetricView> MetricsOf(AutoscalerInput input, DateTimeOffset now) =>
    [
        .. MetricDemand.Of(input, input.State.Target, now).Select((verdict, index) => (Verdict: verdict, Sight: index < input.Metrics.Count ? input.Metrics[index] : null)).Select(one => new MetricView
        {
            Name = MetricDemand.NameOf(one.Verdict.Metric),
            Value = one.Verdict.Value,
            Target = one.Verdict.Metric.Target,
            PerReplica = one.Verdict.Metric.Type == MetricTarget.Average,
            Wanted = one.Verdict.Wanted,
            AgeSeconds = one.Sight?.At is { } at ? Math.Max(0, (now - at).TotalSeconds) : null,
            Problem = one.Verdict.Trouble ?? one.Sight?.Trouble,
        }),
    ];

    /// <summary>Pure.</summary>
    internal static ReplicaExplanationView Explain(ReplicaRecord row, ServiceSpec spec, IReadOnlyList<PlacementChoice> choices, IReadOnlyList<ServiceEvent> events, PlaceMemory memory, DateTimeOffset now) => new()
    {
        Id = row.Id.Value,
        Version = row.Version,
        Status = JsonNamingPolicy.SnakeCaseUpper.ConvertName(ReplicaLifecycle.StatusOf(row).ToString()),
        Place = PlaceView.Of(new PlacementChoice(row.Placement, row.Candidate), chosen: true),
        Asked = ResourceText.Of(spec.Resources.Candidates[Math.Min(row.Candidate, spec.Resources.Candidates.Count - 1)]),
        Why = PlaceReason.Of(row, spec.Resources, choices, spec.Serving.ReplicaPolicy.SpotPlacer),
        Better = [.. PlaceReason.Better(row, choices).Take(MostBetter).Select(choice => PlaceView.Of(choice, chosen: false, memory, now))],
        Tried = events,
    };
}
