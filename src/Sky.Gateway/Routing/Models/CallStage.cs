using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Ingress;
using Sky.Gateway.Ingress.Keys;

namespace Sky.Gateway.Routing.Models;

/// <summary>
/// Reads the call of a request that its path or host has routed, where tokens are counted or limited: a limit that one way to a service
/// keeps must not be open on another. Where nothing counts them the body passes unread.
/// </summary>
internal sealed class CallStage(ModelCallReader reader)
{
    /// <summary>True: the body is none that can be counted, and the request has its answer.</summary>
    public ValueTask<bool> RefuseAsync(GatewayRequest request) =>
        request.Call is null && Counts(request) ? ReadAsync(request) : ValueTask.FromResult(false);

    private async ValueTask<bool> ReadAsync(GatewayRequest request)
    {
        var (call, problem) = await reader.ReadAsync(request.Context, KindOf(request));
        request.Call = call;
        if (problem is null)
        {
            return false;
        }

        await ErrorAnswer.WriteAsync(request.Context, problem);
        return true;
    }

    private static bool Counts(GatewayRequest request)
    {
        var service = request.Route.Service.Snapshot().Endpoints;
        var limited = request.Caller.Limits is { TokensPerMinute: not null } or { Budget: not null } || service?.Limits?.TokensPerMinute is not null;
        return (limited || request.Caller != Caller.Anonymous || service?.Prices is not null)
            && KindOf(request) is ModelCallKind.Chat or ModelCallKind.Completions or ModelCallKind.Embeddings or ModelCallKind.Responses or ModelCallKind.Messages
            && HasBody(request.Context)

            // A compressed body is not read; whoever is limited by tokens is told so.
            && (limited || !request.Context.Request.Headers.ContainsKey(HeaderNames.ContentEncoding));
    }

    private static ModelCallKind KindOf(GatewayRequest request) =>
        InferencePath.KindOf(InferencePath.Of(request.Route.Target.AsSpan(request.Route.Start)));

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };
}
