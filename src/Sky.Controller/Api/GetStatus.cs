using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Endpoints;
using Sky.Controller.Hosting;
using Sky.Controller.Keys;
using Sky.Controller.Launching.Orphans;
using Sky.Controller.Reconciling;
using Sky.Controller.Scaling;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>GET /status</c>: about the controller itself.</summary>
internal static class GetStatus
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/status", HandleAsync)
        .Produces<ControllerView>()
        .WithSummary("Show the controller itself");

    private static async Task<IResult> HandleAsync(
        IStore store, ControllerIdentity identity, Publications publications, GatewayReports gateways, GatewayTrouble trouble, Orphans orphans, OrphanKeeper nodes, KeyChanges keys,
        CancellationToken cancellationToken)
    {
        var connected = publications.Endpoints.Watchers > 0 && gateways.AnyAlive;
        var services = 0;
        foreach (var name in await store.ListAsync(cancellationToken))
        {
            services += await store.LoadAsync(name, cancellationToken) is { Service.Phase: not ServicePhase.Down } ? 1 : 0;
        }

        var view = new ControllerView
        {
            Version = identity.Version,
            Pid = identity.Pid,
            Home = identity.Home.Root,
            Url = identity.Url,
            GatewayUrl = identity.GatewayUrl,
            GatewayConnected = connected,
            GatewayProblem = connected ? gateways.Trouble : trouble.Reason,
            KeysExist = (await keys.AllAsync(cancellationToken)).Count > 0,
            StartedAt = identity.StartedAt,
            Owner = (await store.GetOwnerAsync(cancellationToken)).Value,
            Services = services,
            Orphans = [.. (await orphans.LivingAsync(cancellationToken)).Select(replica => replica.ToString())],
            OrphanNodes = [.. (nodes.Latest?.Nodes ?? []).Select(node => $"{node.Cloud}/{node.Node}")],
        };
        return Results.Json(view, ApiJson.Default.ControllerView);
    }
}
