using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Clouds.Launching;
using Sky.Core.Services;

namespace Sky.Controller.Api;

/// <summary><c>GET /cost</c>: what bought nodes cost, by replica, kind and place.</summary>
internal static class GetCost
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/cost", HandleAsync)
        .Produces<CostView>()
        .Produces<ApiError>(StatusCodes.Status400BadRequest)
        .WithSummary("Show what bought nodes cost, of a service, since a time (all there ever was)");

    private static async Task<IResult> HandleAsync(string? since, string? service, INodeLaunchStore launches, TimeProvider time, CancellationToken cancellationToken)
    {
        var from = DateTimeOffset.UnixEpoch;
        if (since is not null && !DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out from))
        {
            return Problem.Invalid($"'{since}' is no time: write it as 2026-01-31T12:00:00Z.").ToResult();
        }

        var all = await launches.LaunchHistoryAsync(service is null ? null : new ServiceName(service), cancellationToken);
        var now = time.GetUtcNow();
        return Results.Json(new CostView { Since = from.ToUniversalTime(), Until = now, Rows = NodeCosts.Between(all, from, now) }, ApiJson.Default.CostView);
    }
}
