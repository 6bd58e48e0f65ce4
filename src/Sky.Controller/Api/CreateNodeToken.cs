using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Hosting;
using Sky.Controller.Nodes;
using Sky.Core.Nodes;

namespace Sky.Controller.Api;

/// <summary><c>POST /nodes/tokens</c>: makes a token for one node. The answer holds it, and it is kept nowhere.</summary>
internal static class CreateNodeToken
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/nodes/tokens", HandleAsync)
        .Accepts<CreateNodeTokenRequest>("application/json")
        .Produces<NodeTokenView>(StatusCodes.Status201Created)
        .Produces<ApiError>(StatusCodes.Status400BadRequest)
        .WithSummary("Make a token that one node enrols with, once and within an hour");

    private static async Task<IResult> HandleAsync(
        CreateNodeTokenRequest request, NodeEnrolments enrolments, ControllerOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var token = await enrolments.CreateTokenAsync(new NodeKey(request.Cluster, request.Node), request.Role, cancellationToken);
        var view = new NodeTokenView
        {
            Cluster = request.Cluster,
            Node = request.Node,
            Role = request.Role,
            Token = token.Text,
            ExpiresAt = time.GetUtcNow() + EnrolmentRules.Lifetime,
            Controller = options.NodeListen,
        };
        return Results.Json(view, ApiJson.Default.NodeTokenView, statusCode: StatusCodes.Status201Created);
    }
}
