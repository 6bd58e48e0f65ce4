using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Sky.Controller.Endpoints;

namespace Sky.Controller.Api;

/// <summary><c>GET /services/watch</c>: what <c>status --watch</c> and the progress of <c>up</c> are drawn from.</summary>
internal static class WatchServices
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/services/watch", HandleAsync)
        .Produces<ServicesChange>(contentType: "application/x-ndjson")
        .WithSummary("Stream all services and what changes, one JSON value a line");

    private static async Task HandleAsync(HttpContext context, Publications publications, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await Lines.JsonAsync(context, ChangesAsync(publications, time, ends.Token), ApiJson.Default.ServicesChange, ends.Token);
    }

    private static async IAsyncEnumerable<IReadOnlyList<ServicesChange>> ChangesAsync(
        Publications publications, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = true;
        await foreach (var batch in publications.Views.WatchAsync(WatchEndpoints.Life, cancellationToken))
        {
            var now = time.GetUtcNow();
            yield return (first, batch.Count) switch
            {
                (true, _) => [new ServicesChange { Services = [.. batch.Select(change => change.Value!.At(now))] }],
                (_, 0) => [new ServicesChange()],
                _ => [.. batch.Select(change => change.Value is { } view ? new ServicesChange { Service = view.At(now) } : new ServicesChange { Gone = change.Key.Value })],
            };
            first = false;
        }
    }
}
