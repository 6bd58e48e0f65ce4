using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Services;

namespace Sky.Controller.Api;

/// <summary><c>GET /services/{name}</c>.</summary>
internal static class GetService
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/services/{name}", HandleAsync)
        .Produces<ServiceView>()
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .WithSummary("Show one service with its replicas");

    private static async Task<IResult> HandleAsync(string name, ServiceReader reader, CancellationToken cancellationToken) =>
        await reader.FindAsync(new ServiceName(name), cancellationToken) is { } view
            ? Results.Json(view, ApiJson.Default.ServiceView)
            : Problem.NoService(name).ToResult();
}
