using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Clusters;
using Sky.Controller.Hosting;
using Sky.Controller.Nodes;
using Sky.Core.Clusters;
using Sky.Core.Nodes;

namespace Sky.Controller.Api;

/// <summary><c>POST /clusters/{name}/nodes</c>: announces a node and gives the token with which it enrols, which is kept nowhere.</summary>
internal static class JoinNode
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/clusters/{name}/nodes", HandleAsync)
        .Accepts<JoinNodeRequest>("application/json")
        .Produces<JoinNodeView>(StatusCodes.Status201Created)
        .Produces<ApiError>(StatusCodes.Status400BadRequest)
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .WithSummary("Announce a node; the answer has the token with which it enrols, once");

    private static async Task<IResult> HandleAsync(
        string name, JoinNodeRequest request, ClusterChanges clusters, NodeEnrolments enrolments, ControllerOptions options, CancellationToken cancellationToken)
    {
        var cluster = new ClusterName(name);
        var decision = await clusters.ChangeAsync(cluster, (known, now) => Decide(name, known, request, now), cancellationToken);
        if (decision.Problem is { } problem)
        {
            return problem.ToResult();
        }

        var token = await enrolments.CreateTokenAsync(new NodeKey(cluster, new NodeName(request.Name)), request.Role, cancellationToken);
        return Results.Json(
            new JoinNodeView { Cluster = name, Node = request.Name, Token = token.Text, Controller = options.NodeListen, Advice = ClusterRules.Advice(decision.Cluster!) },
            ApiJson.Default.JoinNodeView,
            statusCode: StatusCodes.Status201Created);
    }

    /// <summary>Pure.</summary>
    public static ClusterDecision Decide(string name, ClusterRecord? known, JoinNodeRequest request, DateTimeOffset now)
    {
        if (known is null)
        {
            return Problem.NotFound($"There is no cluster '{name}'. Make it with: sky cluster create {name}");
        }

        if (known.Cloud is { } cloud)
        {
            return Problem.Conflict("conflict", $"Cluster '{name}' is of nodes that are bought at {cloud}, and joined, by themselves. Make one for your own machines: sky cluster create NAME");
        }

        if (!NodeName.IsValid(request.Name))
        {
            return Problem.Invalid(NodeName.Rule);
        }

        var node = new ClusterNode
        {
            Name = new NodeName(request.Name),
            Address = request.Address,
            Role = request.Role,
            Spot = request.Spot,
            State = ClusterNodeState.Joining,
            AddedAt = now,
        };
        return ClusterRules.Join(known, node, out var problem) is { } joined ? joined : Problem.Conflict("conflict", problem!);
    }
}
