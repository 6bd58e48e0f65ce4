using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Sky.Controller.Endpoints;
using Sky.Core.Endpoints;

namespace Sky.Controller.Api;

/// <summary><c>GET /endpoints/watch</c>: the stream that gateways live on.</summary>
internal static class WatchEndpoints
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/endpoints/watch", HandleAsync)
        .Produces<EndpointsChange>(contentType: "application/x-ndjson")
        .WithSummary("Stream the endpoints of all services and what changes, one JSON value a line");

    private static async Task HandleAsync(HttpContext context, Publications publications, IHostApplicationLifetime lifetime)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await Lines.JsonAsync(context, ChangesAsync(publications, ends.Token), ApiJson.Default.EndpointsChange, ends.Token);
    }

    private static async IAsyncEnumerable<IReadOnlyList<EndpointsChange>> ChangesAsync(
        Publications publications, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = true;
        await foreach (var batch in publications.Endpoints.WatchAsync(Life, cancellationToken))
        {
            var lines = batch.Select(change => new EndpointsChange { Service = change.Service, Endpoints = change.Value }).ToList();
            if (first || lines.Count == 0)
            {
                lines.Add(new EndpointsChange { Synced = first });
            }

            first = false;
            yield return lines;
        }
    }
}
