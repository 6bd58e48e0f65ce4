using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Services;

namespace Sky.Controller.Api;

/// <summary><c>GET /services</c>: all that are not down, or those that are named.</summary>
internal static class GetServices
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/services", HandleAsync)
        .Produces<IReadOnlyList<ServiceView>>()
        .WithSummary("List services with their replicas; ?name=A&name=B for some of them");

    private static async Task<IResult> HandleAsync(string[]? name, ServiceReader reader, CancellationToken cancellationToken)
    {
        IReadOnlyList<ServiceView> views = await reader.ListAsync(name is { Length: > 0 } ? name : null, cancellationToken);
        return Results.Json(views, ApiJson.Default.IReadOnlyListServiceView);
    }
}
