using Microsoft.AspNetCore.Http;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Feedback;
using Sky.Gateway.Ingress;
using Sky.Gateway.Ingress.Keys;
using Sky.Gateway.LoadBalancing.Decisions;
using Sky.Gateway.Routing.Models;
using Sky.Gateway.Telemetry.Metrics;

namespace Sky.Gateway.Routing;

/// <summary>Finds the service of a request: the one that its host or path names, else the one that serves the model it asks for.</summary>
internal sealed class RoutingStage(ServiceRouter services, ModelRouter models, KeyCheck keys, EndpointTable table, MetricsEndpoint metrics,
    FeedbackStage feedback, DecisionStage decisions)
{
    /// <summary>True: <see cref="GatewayRequest.Route"/> is set. False: the request has been answered.</summary>
    public ValueTask<bool> RouteAsync(GatewayRequest request)
    {
        var host = request.Context.Request.Host.Value;
        if (services.TryRoute(host, request.Target, out var route))
        {
            request.Route = route;
            var sought = models.FollowResponse(request);
            var refusal = RefusalOf(route);
            return refusal is null && sought is null && !models.ReadsNamed(request) ? ValueTask.FromResult(true) : LookCloserAsync(request, refusal, sought);
        }

        return OtherwiseAsync(request, services.Asked(host, request.Target));
    }

    /// <summary>Who may not call is told so before anything else is looked at.</summary>
    private async ValueTask<bool> LookCloserAsync(GatewayRequest request, CallProblem? refusal, string? sought)
    {
        if (await keys.RefuseCallerAsync(request))
        {
            return false;
        }

        if (refusal is null && sought is not null)
        {
            await models.SeekResponseAsync(request, sought);
            return true;
        }

        if (refusal is null)
        {
            return await models.ReadNamedAsync(request);
        }

        await ErrorAnswer.WriteAsync(request.Context, refusal);
        return false;
    }

    private async ValueTask<bool> OtherwiseAsync(GatewayRequest request, string named)
    {
        if (await keys.RefuseUnroutedAsync(request))
        {
            return false;
        }

        if (named.Length == 0 && FeedbackStage.IsMeant(request.Target, request.Context.Request.Method))
        {
            await feedback.AnswerAsync(request);
            return false;
        }

        // Before a controller has spoken, a name that is not known may be one of a service.
        return named.Length == 0 && table.Known && request.Target.StartsWith(InferencePath.Root, StringComparison.Ordinal)
            ? await models.RouteAsync(request)
            : await AnswerOwnAsync(request, named);
    }

    private static CallProblem? RefusalOf(in RouteMatch route)
    {
        var path = InferencePath.Of(route.Target.AsSpan(route.Start));
        if (PathShape.Leaves(path))
        {
            return CallProblem.Invalid(
                path.StartsWith("//", StringComparison.Ordinal)
                    ? "The path begins with two slashes, which some servers take for another host: write one."
                    : "The path leads out of the service, as some servers read it (\"..\", or an encoded slash at its beginning).",
                "bad_path");
        }

        return route.Service.Snapshot().Guard is { } guard && !guard.Allows(path) ? CallProblem.NotExposed(route.Service.Name.Value) : null;
    }

    private async ValueTask<bool> AnswerOwnAsync(GatewayRequest request, string named)
    {
        if (named.Length == 0 && MetricsEndpoint.IsAsked(request.Target))
        {
            await (keys.IsOperator(request) ? metrics.AnswerAsync(request.Context) : ErrorAnswer.WriteAsync(
                request.Context, StatusCodes.Status403Forbidden, "Metrics are for operators' keys, and for SKY_GATEWAY_METRICS_LISTEN.", "operators_only"));
            return false;
        }

        if (named.Length == 0 && DecisionStage.IsAsked(request.Target))
        {
            await decisions.AnswerAsync(request);
            return false;
        }

        await OwnAnswers.AnswerAsync(request.Context, request.Target, named, table.Known);
        return false;
    }
}
