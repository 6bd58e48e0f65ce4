using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>POST /services/{name}/scale</c>: pins the number of replicas, without a new version.</summary>
internal static class ScaleService
{
    private const int Most = 10_000;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/services/{name}/scale", HandleAsync)
        .Accepts<ScaleRequest>("application/json")
        .Produces<PutServiceResponse>()
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .Produces<ApiError>(StatusCodes.Status422UnprocessableEntity)
        .WithSummary("Pin the number of replicas, or let it go (null)");

    private static Task<IResult> HandleAsync(string name, ScaleRequest request, ServiceChanges changes, CancellationToken cancellationToken) =>
        changes.AnswerAsync(
            new ServiceName(name), (stored, now) => Decide(name, stored, request.Replicas, now), StatusCodes.Status200OK, cancellationToken);

    public static Decision Decide(string name, ServiceAggregate? stored, int? replicas, DateTimeOffset now)
    {
        if (stored is { Service.Phase: ServicePhase.ShuttingDown })
        {
            return Problem.ShuttingDown(name, stored);
        }

        if (stored is null or { Service.Phase: ServicePhase.Down })
        {
            return Problem.NoService(name);
        }

        if (replicas is < 0 or > Most)
        {
            return Problem.Invalid($"The number of replicas is 0 to {Most}, or `auto`.");
        }

        if (replicas is not null && FixedPort.Problem(stored.Target.Spec, replicas) is { } tooMany)
        {
            return Problem.Unworkable(tooMany);
        }

        var answer = new PutServiceResponse { Service = name, Version = stored.Service.TargetVersion };
        if (stored.Service.PinnedReplicas == replicas)
        {
            return new Decision { Answer = answer with { Unchanged = true } };
        }

        return new Decision
        {
            Commit = new ServiceCommit
            {
                ExpectedRowVersion = stored.RowVersion,
                Service = stored.Service with { PinnedReplicas = replicas },
                Events = [new ServiceEvent { At = now, Message = replicas is null ? "scaling is automatic again" : $"scaled to {replicas}" }],
            },
            Answer = answer,
        };
    }
}
