using System.Text.Json;
using Sky.Core;
using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Planning;
using Sky.Core.Services;

namespace Sky.Controller.Endpoints;

/// <summary>What the world is told of services, as soon as a commit changed it: endpoints for gateways, views for people.</summary>
/// <param name="urls">The gateways' public URLs.</param>
/// <param name="httpsServed">Whether gateways serve HTTPS; null while it is not known.</param>
/// <param name="time">The clock.</param>
/// <param name="silent">Engines that cannot be asked now, each with the reason; null: none ever.</param>
internal sealed class Publications(GatewayUrls urls, Func<bool?> httpsServed, TimeProvider time, Func<IReadOnlyDictionary<string, string>>? silent = null)
{
    public ChangeFeed<ServiceName, ServiceEndpoints> Endpoints { get; } = new(SameEndpoints, time);

    public ChangeFeed<ServiceName, PublishedView> Views { get; } = new(SameView, time);

    /// <summary>Completed by itself, once the keys have been read.</summary>
    public ChangeFeed<KeyId, KeyRecord> Keys { get; } = new(static (left, right) => ReferenceEquals(left, right), time);

    public void Publish(ServiceAggregate service, ServiceLoad load, DateTimeOffset now)
    {
        Endpoints.Publish(service.Service.Name, EndpointsView.From(service, now));
        Views.Publish(
            service.Service.Name,
            service.Service.Phase == ServicePhase.Down
                ? null
                : new PublishedView(View(service, load, now) with { UptimeSeconds = null }, service.Service.FirstReadyAt));
    }

    /// <summary>Every service has been published once.</summary>
    public void Complete()
    {
        Endpoints.Complete();
        Views.Complete();
    }

    public ServiceView View(ServiceAggregate service, ServiceLoad load, DateTimeOffset now) =>
        StatusView.From(service, load, urls.For(service.Target.Spec.Serving.Tls is not null, httpsServed()), now, silent?.Invoke());

    private static bool SameEndpoints(ServiceEndpoints left, ServiceEndpoints right) =>
        JsonSerializer.SerializeToUtf8Bytes(left, SkyJson.Default.ServiceEndpoints).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(right, SkyJson.Default.ServiceEndpoints));

    private static bool SameView(PublishedView left, PublishedView right) =>
        left.ReadySince == right.ReadySince
        && JsonSerializer.SerializeToUtf8Bytes(left.View, SkyJson.Default.ServiceView).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(right.View, SkyJson.Default.ServiceView));
}
