using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Sky.Core.Keys;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Hosting;
using Sky.Gateway.Routing.Models;

namespace Sky.Gateway.Ingress.Keys;

/// <summary>
/// Finds out who calls, and turns away who may not. A key of this gateway is taken off the request before anything else sees it; what is
/// not of its form is somebody else's and passes on as it came.
/// </summary>
internal sealed class KeyCheck(KeyTable keys, EndpointTable services, GatewayOptions options, LocalNames names, TimeProvider time)
{
    private const string Bearer = "Bearer ";
    private const string ApiKey = "x-api-key";

    /// <summary>Sets the caller, or what is wrong with the key, and removes the key.</summary>
    public void Identify(GatewayRequest request)
    {
        var headers = request.Context.Request.Headers;
        if (Take(headers, headers.Authorization, "Authorization", Bearer, out var secret) | Take(headers, headers[ApiKey], ApiKey, "", out var other))
        {
            Look(request, secret.Length > 0 ? secret : other);
        }
    }

    /// <summary>
    /// For what no host or path routes: true when it is refused, before any of its body is read, and has its answer.
    /// </summary>
    public ValueTask<bool> RefuseUnroutedAsync(GatewayRequest request) =>
        IsOpen(request, null) || OwnAnswers.IsOpen(request.Target) ? ValueTask.FromResult(false) : RefuseAsync(request.Context, request.KeyProblem);

    /// <summary>For a request that has its route and whose body is read next, to find its model: true when its key is refused already.</summary>
    public ValueTask<bool> RefuseCallerAsync(GatewayRequest request) =>
        IsOpen(request, request.Route.Service) ? ValueTask.FromResult(false) : RefuseAsync(request.Context, request.KeyProblem);

    /// <summary>True: the request, which has its route, is refused and has its answer.</summary>
    public ValueTask<bool> RefuseAsync(GatewayRequest request)
    {
        var service = request.Route.Service;
        if (!IsOpen(request, service))
        {
            return RefuseAsync(request.Context, request.KeyProblem);
        }

        return MayUse(request.Caller, service, request.Call?.Model ?? request.Model) ? ValueTask.FromResult(false) : ForbidAsync(request.Context);
    }

    /// <summary>Whether who calls may see how the gateway does: by an operator's key, or while there is no key, from this machine.</summary>
    public bool IsOperator(GatewayRequest request) => request.Caller.IsOperator || (request.KeyProblem is KeyProblem.Missing && IsOfThisMachine(request.Context));

    /// <summary>Whether who calls may know of a model.</summary>
    public bool MaySee(GatewayRequest request, ServiceState service, string model) => IsOpen(request, service) && MayUse(request.Caller, service, model);

    /// <summary>True when the header holds a key of ours: it is gone then. The secret is empty where it is not written as it must be.</summary>
    private static bool Take(IHeaderDictionary headers, StringValues values, string name, string scheme, out ReadOnlySpan<char> secret)
    {
        secret = [];
        var ours = false;
        foreach (var value in values)
        {
            ours |= value is not null && value.Contains(KeySecret.Prefix, StringComparison.Ordinal);
        }

        if (!ours)
        {
            return false;
        }

        if (values is [{ } only] && only.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            secret = only.AsSpan(scheme.Length).Trim();
        }

        headers.Remove(name);
        return true;
    }

    private void Look(GatewayRequest request, ReadOnlySpan<char> secret)
    {
        request.KeyProblem = KeyProblem.Unknown;
        if (secret.Length > KeySecret.Longest)
        {
            return;
        }

        Span<byte> hash = stackalloc byte[KeySecret.HashBytes];
        KeySecret.Hash(secret, hash);
        if (keys.Current.Find(hash) is { } found)
        {
            request.KeyProblem = found.ProblemAt(time.GetUtcNow());
            request.Caller = request.KeyProblem is KeyProblem.None ? found.Caller : Caller.Anonymous;
        }
    }

    /// <summary>Whether the request may pass as far as its key goes; without a service: as far as routing.</summary>
    private bool IsOpen(GatewayRequest request, ServiceState? service) => request.KeyProblem switch
    {
        KeyProblem.None => true,
        KeyProblem.Missing => MayBeAnybody(request.Context) || LeavesItToReplicas(request, service),
        _ => false,
    };

    /// <summary>Which service a request below /v1/ is for shows only when its body is read.</summary>
    private bool LeavesItToReplicas(GatewayRequest request, ServiceState? service) => service is null
        ? services.Current.AnyPassthrough && request.Target.StartsWith(InferencePath.Root, StringComparison.Ordinal)
        : service.Snapshot().Endpoints is { Auth: ServiceAuth.Passthrough };

    /// <summary>Without any key the gateway is for this machine: where it is reached at is looked at, because it may listen on more.</summary>
    private bool MayBeAnybody(HttpContext context) =>
        options.AllowAnonymous || IsOfThisMachine(context);

    private bool IsOfThisMachine(HttpContext context) =>
        !keys.Current.Any && IPAddress.IsLoopback(context.Connection.LocalIpAddress ?? IPAddress.Loopback) && names.AreOurs(context.Request);

    /// <summary>By the name of the service, which opens all its models, or by the name of the model.</summary>
    private static bool MayUse(Caller caller, ServiceState service, string? model) =>
        caller.MayUse(service.Name.Value) || (model is { Length: > 0 } && caller.MayUse(model));

    private static async ValueTask<bool> ForbidAsync(HttpContext context)
    {
        await ErrorAnswer.WriteAsync(context, StatusCodes.Status403Forbidden, "This key may not use this model.", "model_not_allowed");
        return true;
    }

    private async ValueTask<bool> RefuseAsync(HttpContext context, KeyProblem problem)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        await ErrorAnswer.WriteAsync(context, StatusCodes.Status401Unauthorized, Message(problem), OwnError.InvalidKey);
        return true;
    }

    private string Message(KeyProblem problem) => problem switch
    {
        KeyProblem.Missing when !keys.Current.Any =>
            "No key is defined, and without one this gateway serves its own machine only, at localhost or an IP address, and no pages of other sites. Make one with \"sky keys create\".",
        KeyProblem.Missing => "You did not provide a key of this gateway: send it as \"Authorization: Bearer ...\" or \"x-api-key: ...\".",
        KeyProblem.Expired => "This key has expired.",
        KeyProblem.Revoked => "This key was revoked.",
        KeyProblem.Rotated => "This key was rotated and has a new secret.",
        _ => "Incorrect API key provided.",
    };
}
