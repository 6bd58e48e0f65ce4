using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Ingress;
using Sky.Gateway.Ingress.Keys;

namespace Sky.Gateway.Routing.Models;

/// <summary>Routes what is below <c>/v1/</c> by the model that it asks for, and answers what it cannot route.</summary>
internal sealed class ModelRouter(ModelIndex models, ModelDiscovery discovery, ModelCallReader reader, ResponsePins pins, KeyCheck keys)
{
    /// <summary>True: the request has its route, and its call when it has a body. False: it has been answered.</summary>
    public async ValueTask<bool> RouteAsync(GatewayRequest request)
    {
        var path = InferencePath.Of(request.Target).ToString();
        if (path is "/v1/models" && IsRead(request.Context.Request.Method))
        {
            await discovery.LookAsync(request.Context.RequestAborted);
            await ModelsAnswer.ListAsync(request.Context, models.Current.Listed.Where(model => keys.MaySee(request, model.Service, model.Name)));
            return false;
        }

        if (InferencePath.ResponseOf(path) is { IsEmpty: false } response && InferencePath.IsOne(path))
        {
            return await pins.RouteAsync(request, Uri.UnescapeDataString(response));
        }

        if (InferencePath.ModelOf(path) is { IsEmpty: false } model && InferencePath.IsOne(path))
        {
            return await RouteModelAsync(request, Uri.UnescapeDataString(model));
        }

        var kind = InferencePath.KindOf(path);
        if (InferencePath.IsOne(path) && (HasBody(request.Context) || (kind is not ModelCallKind.Other && HttpMethods.IsPost(request.Context.Request.Method))))
        {
            return await RouteCallAsync(request, kind);
        }

        await AnswerNowhereAsync(request.Context);
        return false;
    }

    /// <summary>A request for a stored response of a service goes to the replica that is known to hold it. The id of one that is yet to be looked for; else null.</summary>
    public string? FollowResponse(GatewayRequest request)
    {
        if (InferencePath.ResponseOf(InferencePath.Of(request.Target.AsSpan(request.Route.Start))) is not { IsEmpty: false } response)
        {
            return null;
        }

        var id = Uri.UnescapeDataString(response);
        request.Pinned = pins.Find(request.Route.Service, id);
        return request.Pinned is null && pins.IsUnknown(id) && request.Route.Service.Snapshot().Usable.Length > 1 ? id : null;
    }

    /// <summary>Looks for it; the caller has been checked.</summary>
    public async ValueTask SeekResponseAsync(GatewayRequest request, string id) => request.Pinned = await pins.LookAsync(request, id);

    /// <summary>
    /// Whether the gateway acts on a request whose service is known already: it is a call, and the service's models are known or the
    /// caller's use is counted.
    /// </summary>
    public bool ReadsNamed(GatewayRequest request) =>
        ActsOnCalls(request) && KindOf(request) is not ModelCallKind.Other && HasBody(request.Context);

    /// <summary>Reads the call of such a request. False: it has been answered.</summary>
    public async ValueTask<bool> ReadNamedAsync(GatewayRequest request)
    {
        var (call, problem) = await reader.ReadAsync(request.Context, KindOf(request));
        if (problem is not null)
        {
            await ErrorAnswer.WriteAsync(request.Context, problem);
            return false;
        }

        request.Call = call;

        // A name that the service does not know is for its replicas to refuse.
        if (models.Current.Of(request.Route.Service) is { } known && known.Serves(call!.Model))
        {
            Send(call, request.Route.Service);
        }

        return await pins.PinAsync(request);
    }

    /// <summary>Sends a call to a service: the body asks for what its replicas call the model.</summary>
    public void Send(ModelCall call, ServiceState service) => call.AskFor(models.Current.Of(service)?.AtReplica(call.Model));

    private static bool ActsOnCalls(GatewayRequest request) =>
        request.Route.Service.Snapshot() is { Endpoints: { } service, Policy: var policy, Split: var split }
        && (service.Models is not null || request.Route.Service.ListedModels.Count > 0 || policy.UsesPrefix || split is not null
            || service.Prices is not null || service.Limits?.TokensPerMinute is not null
            || request.Caller.Limits is { TokensPerMinute: not null } or { Budget: not null });

    private static ModelCallKind KindOf(GatewayRequest request) =>
        InferencePath.KindOf(InferencePath.Of(request.Target.AsSpan(request.Route.Start)));

    private async ValueTask<bool> RouteCallAsync(GatewayRequest request, ModelCallKind kind)
    {
        var (call, problem) = await reader.ReadAsync(request.Context, kind);
        request.Call = call;
        if (problem is null && call is { Model.Length: 0 })
        {
            problem = CallProblem.Invalid("The body names no 'model'.", "missing_required_parameter", "model");
        }

        var target = problem is null ? await FindAsync(request, call!.Model) : null;
        if (target is null)
        {
            await ErrorAnswer.WriteAsync(request.Context, problem ?? CallProblem.ModelNotFound(call!.Model));
            return false;
        }

        request.Route = new RouteMatch(target.Service, request.Target, 0);
        Send(call!, target.Service);
        return await pins.PinAsync(request);
    }

    /// <summary>A name that nobody is known to serve may have come with a replica a moment ago.</summary>
    private async ValueTask<ModelTarget?> FindAsync(GatewayRequest request, string model)
    {
        if (models.Current.Find(model) is { } known)
        {
            return known;
        }

        await discovery.LookAsync(request.Context.RequestAborted);
        return models.Current.Find(model);
    }

    /// <summary>The replica tells more of its model than the gateway knows; of one that it does not know by that name, or that has no replica, the gateway tells.</summary>
    private async ValueTask<bool> RouteModelAsync(GatewayRequest request, string model)
    {
        if (await FindAsync(request, model) is not { } target || !keys.MaySee(request, target.Service, model))
        {
            await ErrorAnswer.WriteAsync(request.Context, CallProblem.ModelNotFound(model));
            return false;
        }

        if (models.Current.Of(target.Service) is { } known && known.IsOfReplica(model) && target.Service.Snapshot().Usable.Length > 0)
        {
            request.Route = new RouteMatch(target.Service, request.Target, 0);
            request.Model = model;
            return true;
        }

        await ModelsAnswer.OneAsync(request.Context, target);
        return false;
    }

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    private static Task AnswerNowhereAsync(HttpContext context) => ErrorAnswer.WriteAsync(
        context,
        StatusCodes.Status404NotFound,
        "Nothing in this request says which service it is for. Requests below /v1/ are routed by the model in their body; a service's own address is /services/<service>/.",
        "not_found");
}
