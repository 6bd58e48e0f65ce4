using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Keys;
using Sky.Core.Metering;
using Sky.Core.Services;

namespace Sky.Controller.Api;

/// <summary><c>GET /usage</c>: tokens and cost by key, service, model and version, in total or by the hour.</summary>
internal static class GetUsage
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(1);

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/usage", HandleAsync)
        .Produces<UsageView>()
        .Produces<ApiError>(StatusCodes.Status400BadRequest)
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .WithSummary("Show what requests used since a time (the last day), of a key by name or id, of a service, and by the hour");

    private static async Task<IResult> HandleAsync(
        string? since, string? key, string? service, bool? hourly, IUsageStore usage, KeyChanges keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var from = time.GetUtcNow() - Usual;
        if (since is not null && !DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out from))
        {
            return Problem.Invalid($"'{since}' is no time: write it as 2026-01-31T12:00:00Z.").ToResult();
        }

        var known = (await keys.AllAsync(cancellationToken)).Select(stored => stored.Key).OrderBy(one => one.RevokedAt is not null).ToList();
        var names = known.ToDictionary(one => one.Id.Value, one => one.Name);
        var id = key is null ? null : names.ContainsKey(key) ? key : known.Find(one => one.Name == key)?.Id.Value;
        if (key is not null && id is null)
        {
            return Problem.NotFound($"There is no key '{key}'. Use `sky keys list --all` to see those there are.").ToResult();
        }

        from = from.ToUniversalTime();
        var rows = await usage.UsageAsync(new UsageQuery(from, id, service is null ? null : new ServiceName(service)), cancellationToken);
        var view = new UsageView
        {
            Since = new DateTimeOffset(from.Year, from.Month, from.Day, from.Hour, 0, 0, TimeSpan.Zero),
            Rows = [.. (hourly is true ? rows : UsageSums.Total(rows)).Select(UsageRowView.From)],
            KeyNames = rows.Select(row => row.Key).OfType<string>().Distinct().Where(names.ContainsKey).ToDictionary(one => one, one => names[one]),
        };
        return Results.Json(view, ApiJson.Default.UsageView);
    }
}
