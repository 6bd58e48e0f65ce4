using Sky.Gateway.Endpoints;
using Sky.Gateway.Ingress;
using Sky.Gateway.Ingress.Keys;
using Sky.Gateway.Routing.Models;

namespace Sky.Gateway.Routing;

/// <summary>Finds the service of a request: the one that its host or path names, else the one that serves the model it asks for.</summary>
internal sealed class RoutingStage(ServiceRouter services, ModelRouter models, KeyCheck keys, EndpointTable table)
{
    /// <summary>True: <see cref="GatewayRequest.Route"/> is set. False: the request has been answered.</summary>
    public ValueTask<bool> RouteAsync(GatewayRequest request)
    {
        var host = request.Context.Request.Host.Value;
        if (services.TryRoute(host, request.Target, out var route))
        {
            request.Route = route;
            return ValueTask.FromResult(true);
        }

        return OtherwiseAsync(request, services.Asked(host, request.Target));
    }

    private async ValueTask<bool> OtherwiseAsync(GatewayRequest request, string named)
    {
        if (await keys.RefuseUnroutedAsync(request))
        {
            return false;
        }

        // Before a controller has spoken, a name that is not known may be one of a service.
        return named.Length == 0 && table.Known && request.Target.StartsWith(InferencePath.Root, StringComparison.Ordinal)
            ? await models.RouteAsync(request)
            : await AnswerAsync(request, named);
    }

    private async ValueTask<bool> AnswerAsync(GatewayRequest request, string named)
    {
        await OwnAnswers.AnswerAsync(request.Context, request.Target, named, table.Known);
        return false;
    }
}
