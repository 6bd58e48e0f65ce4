using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Api;

/// <summary><c>POST /gateways/feedback</c>.</summary>
internal static class PostFeedback
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/gateways/feedback", HandleAsync)
        .Accepts<FeedbackReport>("application/json")
        .Produces(StatusCodes.Status204NoContent)
        .WithSummary("Write down what a user thought of an answer; of several for one answer the last counts");

    private static async Task<IResult> HandleAsync(FeedbackReport feedback, IExperimentStore experiments, CancellationToken cancellationToken)
    {
        await experiments.AddFeedbackAsync(feedback, cancellationToken);
        return Results.NoContent();
    }
}
