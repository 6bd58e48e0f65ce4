using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Launching.Orphans;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>POST /clusters/orphans</c>: nodes that no row knows, of ours or of an owner that is named, are taken over and removed, or kept.</summary>
internal static class AdoptOrphans
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/clusters/orphans", HandleAsync)
        .Produces<AdoptedOrphansView>()
        .WithSummary("Take nodes over that no row knows: they are removed, or kept");

    private static async Task<IResult> HandleAsync(AdoptOrphansRequest request, OrphanKeeper keeper, IStore store, CancellationToken cancellationToken)
    {
        var other = request.Owner is null || request.Owner == (await store.GetOwnerAsync(cancellationToken)).Value ? null : request.Owner;
        await keeper.LookAsync(cancellationToken);
        var (taken, problems) = await keeper.AdoptAsync(other, request.Keep, cancellationToken);

        // What is to go is asked to go now rather than with the next look.
        await keeper.LookAsync(cancellationToken);
        return Results.Json(new AdoptedOrphansView { Nodes = taken, Problems = problems }, ApiJson.Default.AdoptedOrphansView);
    }
}
