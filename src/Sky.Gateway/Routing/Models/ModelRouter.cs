using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sky.Gateway.Ingress;
using Sky.Gateway.Ingress.Keys;

namespace Sky.Gateway.Routing.Models;

/// <summary>Routes what is below <c>/v1/</c> by the model that it asks for, and answers what it cannot route.</summary>
internal sealed class ModelRouter(ModelIndex models, ModelCallReader reader, KeyCheck keys)
{
    private const string List = "/v1/models";
    private const string One = "/v1/models/";

    /// <summary>True: the request has its route, and its call when it has a body. False: it has been answered.</summary>
    public async ValueTask<bool> RouteAsync(GatewayRequest request)
    {
        var path = InferencePath.Of(request.Target).ToString();
        if (path is List && IsRead(request.Context.Request.Method))
        {
            await ModelsAnswer.ListAsync(request.Context, models.Current.Listed.Where(model => keys.MaySee(request, model.Service, model.Name)));
            return false;
        }

        if (path.StartsWith(One, StringComparison.Ordinal) && path.Length > One.Length)
        {
            return await RouteModelAsync(request, Uri.UnescapeDataString(path[One.Length..]));
        }

        var kind = InferencePath.KindOf(path);
        if (HasBody(request.Context) || (kind is not ModelCallKind.Other && HttpMethods.IsPost(request.Context.Request.Method)))
        {
            return await RouteCallAsync(request, kind);
        }

        await AnswerNowhereAsync(request.Context);
        return false;
    }

    private async ValueTask<bool> RouteCallAsync(GatewayRequest request, ModelCallKind kind)
    {
        var (call, problem) = await reader.ReadAsync(request.Context, kind);
        request.Call = call;
        if (problem is null && call is { Model.Length: 0 })
        {
            problem = CallProblem.Invalid("The body names no 'model'.", "missing_required_parameter", "model");
        }

        var target = problem is null ? models.Current.Find(call!.Model) : null;
        if (target is null)
        {
            await ErrorAnswer.WriteAsync(request.Context, problem ?? CallProblem.ModelNotFound(call!.Model));
            return false;
        }

        request.Route = new RouteMatch(target.Service, request.Target, 0);
        if (target.ReplicaName is { } name)
        {
            call!.Body?.SetModel(name);
        }

        return true;
    }

    /// <summary>The replica tells more of its model than the gateway knows; of one that it does not know by that name, or that has no replica, the gateway tells.</summary>
    private async ValueTask<bool> RouteModelAsync(GatewayRequest request, string model)
    {
        if (models.Current.Find(model) is not { } target || !keys.MaySee(request, target.Service, model))
        {
            await ErrorAnswer.WriteAsync(request.Context, CallProblem.ModelNotFound(model));
            return false;
        }

        await ModelsAnswer.OneAsync(request.Context, target);
        return false;
    }

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    private static Task AnswerNowhereAsync(HttpContext context) => ErrorAnswer.WriteAsync(
        context, StatusCodes.Status404NotFound, "Nothing in this request says which service it is for. Requests below /v1/ are routed by the model in their body; a service's own address is /services/<service>/.", "not_found");
}
