using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Traffic;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Api;

/// <summary><c>POST /gateways/feedback/open</c>.</summary>
internal static class PostOpenFeedback
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/gateways/feedback/open", HandleAsync)
        .Accepts<OpenFeedback>("application/json")
        .Produces(StatusCodes.Status204NoContent)
        .Produces(StatusCodes.Status404NotFound)
        .WithSummary("Write down what a user thought of an answer that another gateway gave");

    private static async Task<IResult> HandleAsync(OpenFeedback open, AnswerBook answers, IExperimentStore experiments, CancellationToken cancellationToken)
    {
        if (answers.Find(open) is not { } feedback)
        {
            return Results.NotFound();
        }

        await experiments.AddFeedbackAsync(feedback, cancellationToken);
        return Results.NoContent();
    }
}
