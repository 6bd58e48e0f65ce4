using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Sky.Controller.Endpoints;
using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Services;

namespace Sky.Controller.Api;

/// <summary><c>GET /endpoints/watch</c>: the stream that gateways live on.</summary>
internal static class WatchEndpoints
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/endpoints/watch", HandleAsync)
        .Produces<EndpointsChange>(contentType: "application/x-ndjson")
        .WithSummary("Stream the keys, the endpoints of all services and what changes, one JSON value a line");

    private static async Task HandleAsync(HttpContext context, Publications publications, IHostApplicationLifetime lifetime)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await Lines.JsonAsync(context, ChangesAsync(publications, ends.Token), ApiJson.Default.EndpointsChange, ends.Token);
    }

    private static async IAsyncEnumerable<IReadOnlyList<EndpointsChange>> ChangesAsync(
        Publications publications, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Keys go first: at no time does a gateway know a service and not who may call it.
        await using var keys = publications.Keys.WatchAsync(Life, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var services = publications.Endpoints.WatchAsync(Life, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await keys.MoveNextAsync();
        yield return Told(keys.Current);
        await services.MoveNextAsync();
        yield return [.. Told(services.Current), new EndpointsChange { Synced = true }];
        await foreach (var changes in EitherAsync(keys, services))
        {
            yield return changes.Count > 0 ? changes : [new EndpointsChange()];
        }
    }

    private static async IAsyncEnumerable<IReadOnlyList<EndpointsChange>> EitherAsync(
        IAsyncEnumerator<IReadOnlyList<FeedChange<KeyId, KeyRecord>>> keys, IAsyncEnumerator<IReadOnlyList<FeedChange<ServiceName, ServiceEndpoints>>> services)
    {
        var (key, service) = (keys.MoveNextAsync().AsTask(), services.MoveNextAsync().AsTask());
        try
        {
            while (true)
            {
                await Task.WhenAny(key, service);
                if (key.IsCompleted)
                {
                    await key;
                    yield return Told(keys.Current);
                    key = keys.MoveNextAsync().AsTask();
                }

                if (service.IsCompleted)
                {
                    await service;
                    yield return Told(services.Current);
                    service = services.MoveNextAsync().AsTask();
                }
            }
        }
        finally
        {
            // Neither may be disposed of while it moves; both end with the request.
            await Task.WhenAll(key, service).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private static List<EndpointsChange> Told(IReadOnlyList<FeedChange<KeyId, KeyRecord>> keys) =>
        [.. keys.Select(change => new EndpointsChange { Key = change.Value })];

    private static List<EndpointsChange> Told(IReadOnlyList<FeedChange<ServiceName, ServiceEndpoints>> services) =>
        [.. services.Select(change => new EndpointsChange { Service = change.Key, Endpoints = change.Value })];
}
