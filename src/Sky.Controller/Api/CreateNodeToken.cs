using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Clusters;
using Sky.Controller.Hosting;
using Sky.Controller.Nodes;
using Sky.Core.Clusters;
using Sky.Core.Nodes;

namespace Sky.Controller.Api;

/// <summary><c>POST /nodes/tokens</c>: makes a token for one node. The answer holds it, and it is kept nowhere.</summary>
internal static class CreateNodeToken
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/nodes/tokens", HandleAsync)
        .Accepts<CreateNodeTokenRequest>("application/json")
        .Produces<NodeTokenView>(StatusCodes.Status201Created)
        .Produces<ApiError>(StatusCodes.Status400BadRequest)
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .WithSummary("Make a token that one node enrols with, once and within an hour");

    private static async Task<IResult> HandleAsync(
        CreateNodeTokenRequest request, ClusterChanges clusters, NodeEnrolments enrolments, ControllerOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var decision = await clusters.ChangeAsync(request.Cluster, (known, _) => Decide(known, request), cancellationToken);
        if (decision.Problem is { } problem)
        {
            return problem.ToResult();
        }

        var role = decision.Cluster!.Find(request.Node)!.Role;
        var token = await enrolments.CreateTokenAsync(new NodeKey(request.Cluster, request.Node), role, cancellationToken);
        var view = new NodeTokenView
        {
            Cluster = request.Cluster,
            Node = request.Node,
            Role = role,
            Token = token.Text,
            ExpiresAt = time.GetUtcNow() + EnrolmentRules.Lifetime,
            Controller = options.NodeListen,
        };
        return Results.Json(view, ApiJson.Default.NodeTokenView, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>Whether the node may have a token: a node that no cluster expects would be refused when it uses it. Changes nothing. Pure.</summary>
    public static ClusterDecision Decide(ClusterRecord? known, CreateNodeTokenRequest request)
    {
        var (cluster, node) = (request.Cluster, request.Node);
        return known?.Find(node) switch
        {
            _ when known is null => Problem.NotFound($"There is no cluster '{cluster}'. Make it with: sky cluster create {cluster}"),
            null => Problem.NotFound($"Cluster '{cluster}' expects no node '{node}'. Announce it first, which makes a token too: sky cluster join {cluster} {node} --address IP"),
            { State: ClusterNodeState.Removing } => Problem.Conflict("conflict", $"Node '{node}' is being removed from cluster '{cluster}'."),
            { Role: NodeRole.Worker } when request.Role == NodeRole.Manager => Problem.Conflict(
                "conflict", $"Node '{node}' was announced as a worker. Announce it anew to make it a manager: sky cluster join {cluster} {node} --address IP --manager"),
            _ => known,
        };
    }
}
