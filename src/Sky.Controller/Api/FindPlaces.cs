using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Launching;
using Sky.Controller.Provisioning;
using Sky.Core.Placement;

namespace Sky.Controller.Api;

/// <summary><c>POST /places</c>: where replicas of a spec could stand; nothing is changed.</summary>
internal static class FindPlaces
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/places", HandleAsync)
        .Accepts<PlacesRequest>("application/json")
        .Produces<PlacesView>()
        .WithSummary("Show where replicas of a spec could stand, best first, with prices");

    private static async Task<IResult> HandleAsync(PlacesRequest request, Placements placements, NodeBook nodes, TimeProvider time, CancellationToken cancellationToken)
    {
        var answer = await placements.ChooseAsync(request.Spec, cancellationToken);
        var (memory, now) = (PlaceMemory.Of(nodes.Refusals), time.GetUtcNow());
        var chosen = new PlacePicker(answer.Choices, memory, now, [], request.Spec.Resources.Optimize).Next() ?? answer.Choices.FirstOrDefault();
        var view = new PlacesView { Places = [.. answer.Choices.Select(choice => PlaceView.Of(choice, ReferenceEquals(choice, chosen), memory, now))], Reason = answer.Reason };
        return Results.Json(view, ApiJson.Default.PlacesView);
    }
}
