using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Metering;

namespace Sky.Controller.Api;

/// <summary><c>POST /gateways/settlements</c>.</summary>
internal static class PostSettlements
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/gateways/settlements", HandleAsync)
        .Accepts<SettlementBatch>("application/json")
        .Produces(StatusCodes.Status204NoContent)
        .WithSummary("Take in what requests used; each counts once, however often it is told");

    private static async Task<IResult> HandleAsync(SettlementBatch batch, IUsageStore usage, TimeProvider time, CancellationToken cancellationToken)
    {
        await usage.AddUsageAsync(batch, time.GetUtcNow(), cancellationToken);
        return Results.NoContent();
    }
}
