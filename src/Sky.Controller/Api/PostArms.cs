using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Traffic;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Api;

/// <summary><c>POST /gateways/arms</c>.</summary>
internal static class PostArms
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/gateways/arms", HandleAsync)
        .Accepts<ArmBatch>("application/json")
        .Produces(StatusCodes.Status204NoContent)
        .WithSummary("Take in what a gateway has seen of versions that share requests; each word replaces the one before");

    private static async Task<IResult> HandleAsync(ArmBatch batch, AnswerBook answers, IExperimentStore experiments, CancellationToken cancellationToken)
    {
        answers.Add(batch.Answers);
        await experiments.AddArmsAsync(batch, cancellationToken);
        return Results.NoContent();
    }
}
