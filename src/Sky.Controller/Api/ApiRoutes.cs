using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Sky.Controller.Api;

/// <summary>All verbs of the API.</summary>
internal static class ApiRoutes
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/-/health", () => Results.Text("ok\n")).WithSummary("Tell that the controller is there; needs no token");
        app.MapOpenApi("/openapi/v1.json");

        var api = app.MapGroup("/api/v1");
        PutService.Map(api);
        GetServices.Map(api);
        WatchServices.Map(api);
        GetService.Map(api);
        DeleteService.Map(api);
        DeleteReplica.Map(api);
        GetReplicaLogs.Map(api);
        GetHistory.Map(api);
        ExplainService.Map(api);
        FindPlaces.Map(api);
        GetImages.Map(api);
        RollbackService.Map(api);
        RefreshSecrets.Map(api);
        ScaleService.Map(api);
        GetTraffic.Map(api);
        ChangeTraffic.Map(api);
        GetExperiment.Map(api);
        PutWorkdir.Map(api);
        GetKeys.Map(api);
        CreateKey.Map(api);
        RotateKey.Map(api);
        RevokeKey.Map(api);
        CreateNodeToken.Map(api);
        GetNodes.Map(api);
        GetClusters.Map(api);
        GetOrphans.Map(api);
        AdoptOrphans.Map(api);
        CreateCluster.Map(api);
        DeleteCluster.Map(api);
        JoinNode.Map(api);
        DrainNode.Map(api);
        RemoveNode.Map(api);
        WatchEndpoints.Map(api);
        PostGatewayReport.Map(api);
        PostSettlements.Map(api);
        PostArms.Map(api);
        PostFeedback.Map(api);
        PostOpenFeedback.Map(api);
        GetUsage.Map(api);
        GetCost.Map(api);
        GetProcessLogs.Map(api);
        GetStatus.Map(api);
        PostShutdown.Map(api);
    }
}
