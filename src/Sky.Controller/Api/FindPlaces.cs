using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Provisioning;

namespace Sky.Controller.Api;

/// <summary><c>POST /places</c>: where replicas of a spec could stand; nothing is changed.</summary>
internal static class FindPlaces
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/places", HandleAsync)
        .Accepts<PlacesRequest>("application/json")
        .Produces<PlacesView>()
        .WithSummary("Show where replicas of a spec could stand, best first, with prices");

    private static async Task<IResult> HandleAsync(PlacesRequest request, Placements placements, CancellationToken cancellationToken)
    {
        var answer = await placements.ChooseAsync(request.Spec, cancellationToken);
        var view = new PlacesView { Places = [.. answer.Choices.Select((choice, index) => PlaceView.Of(choice, index == 0))], Reason = answer.Reason };
        return Results.Json(view, ApiJson.Default.PlacesView);
    }
}
