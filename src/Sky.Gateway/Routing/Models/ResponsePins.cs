using Sky.Gateway.Endpoints;
using Sky.Gateway.Ingress;
using Sky.Gateway.Ingress.Keys;

namespace Sky.Gateway.Routing.Models;

/// <summary>Stored responses: their requests go to the replica that holds them, and new ones are remembered.</summary>
internal sealed class ResponsePins(ResponseMap map, ResponseSearch search, EndpointTable table, KeyCheck keys)
{
    /// <summary>The replica of a service that holds a response and may still be asked; null when none is known.</summary>
    public ReplicaTracker? Find(ServiceState service, string id) =>
        map.Find(id) is { } place && place.Service == service.Name
            ? Array.Find(service.Snapshot().Replicas, r => r.Id == place.Replica && !r.Draining)
            : null;

    /// <summary>Whether it is to be looked for: nothing was ever heard of it.</summary>
    public bool IsUnknown(string id) => map.Find(id) is null;

    /// <summary>The same after a look at the service's replicas.</summary>
    public async ValueTask<ReplicaTracker?> LookAsync(GatewayRequest request, string id)
    {
        var service = request.Route.Service;
        await search.LookAsync(request, id, service, service.Name.Value);
        return Find(service, id);
    }

    /// <summary>Routes a request for a stored response. False: its holder is not known, or gone, and the request has its answer.</summary>
    public async ValueTask<bool> RouteAsync(GatewayRequest request, string id)
    {
        if (IsUnknown(id))
        {
            await search.LookAsync(request, id);
        }

        if (map.Find(id) is not { } place
            || table.Current.Find(place.Service.Value) is not { } service
            || Find(service, id) is not { } holder
            || !keys.MaySee(request, service, place.Model))
        {
            await ErrorAnswer.WriteAsync(request.Context, CallProblem.ResponseNotFound(id));
            return false;
        }

        request.Route = new RouteMatch(service, request.Target, 0);
        (request.Pinned, request.Model) = (holder, place.Model);
        return true;
    }

    /// <summary>
    /// Of a new response: remembers where it will be held, and sends it where the one before it is held. False: that replica is gone, and
    /// the request has its answer. What no replica says that it holds is for any to refuse.
    /// </summary>
    public async ValueTask<bool> PinAsync(GatewayRequest request)
    {
        if (request.Call is not { Kind: ModelCallKind.Responses } call)
        {
            return true;
        }

        request.ResponseStored = id => map.Add(id, new ResponsePlace(request.Route.Service.Name, request.Replica!.Id, call.Model));
        if (call.PreviousResponseId is not { Length: > 0 } previous)
        {
            return true;
        }

        if (IsUnknown(previous))
        {
            await search.LookAsync(request, previous, request.Route.Service, call.Model);
        }

        if (map.Find(previous) is not { } place)
        {
            return true;
        }

        request.Pinned = place.Service == request.Route.Service.Name ? Find(request.Route.Service, previous) : null;
        if (request.Pinned is not null)
        {
            return true;
        }

        await ErrorAnswer.WriteAsync(request.Context, CallProblem.PreviousResponseNotFound(previous));
        return false;
    }
}
