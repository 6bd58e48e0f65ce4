using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Keys;
using Sky.Controller.Probing;
using Sky.Controller.Reconciling;
using Sky.Controller.Scaling;
using Sky.Core.Endpoints;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>POST /gateways/report</c>.</summary>
internal static class PostGatewayReport
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/gateways/report", HandleAsync)
        .Accepts<GatewayReport>("application/json")
        .Produces<GatewayGrants>()
        .Produces(StatusCodes.Status204NoContent)
        .WithSummary("Take in what a gateway sees: arrivals, held requests, requests in flight, replicas it cannot reach");

    private static async Task<IResult> HandleAsync(
        GatewayReport report, GatewayReports gateways, LimitBooks limits, ProbeSchedule probes, EngineWatch watch, WorkQueue queue, IStore store,
        CancellationToken cancellationToken)
    {
        var news = gateways.Accept(report);
        foreach (var replica in news.Probe)
        {
            probes.ProbeNow(replica);
        }

        if (news.Probe.Count > 0)
        {
            watch.LookNow();
        }

        foreach (var service in news.Look)
        {
            queue.Add(service);
        }

        foreach (var service in news.HttpsTurned ? await store.ListAsync(cancellationToken) : [])
        {
            queue.Add(service);
        }

        return report.Limits is { Count: > 0 }
            ? Results.Json(await limits.RenewAsync(report, cancellationToken), ApiJson.Default.GatewayGrants)
            : Results.NoContent();
    }
}
