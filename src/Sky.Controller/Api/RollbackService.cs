using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>POST /services/{name}/rollback</c>: an earlier version is meant to serve again, under its own number.</summary>
internal static class RollbackService
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/services/{name}/rollback", HandleAsync)
        .Accepts<RollbackRequest>("application/json")
        .Produces<PutServiceResponse>()
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .WithSummary("Go back to an earlier version");

    private static Task<IResult> HandleAsync(string name, RollbackRequest request, ServiceChanges changes, CancellationToken cancellationToken) =>
        changes.AnswerAsync(
            new ServiceName(name), (stored, now) => Decide(name, stored, request.To, now), StatusCodes.Status200OK, cancellationToken);

    public static Decision Decide(string name, ServiceAggregate? stored, int? wanted, DateTimeOffset now)
    {
        if (stored is { Service.Phase: ServicePhase.ShuttingDown })
        {
            return Problem.ShuttingDown(name, stored);
        }

        if (stored is null or { Service.Phase: ServicePhase.Down })
        {
            return Problem.NoService(name);
        }

        var service = stored.Service;
        if (wanted is { } number && !stored.Versions.ContainsKey(number))
        {
            return Problem.NotFound($"Service '{name}' has no version {number}; see `sky serve history {name}`.");
        }

        if ((wanted ?? Default(service)) is not { } to)
        {
            return Problem.Conflict("conflict", $"Service '{name}' has no earlier version that was ever ready; name one with --to.");
        }

        if (to == service.TargetVersion)
        {
            return Problem.Conflict("conflict", $"Version {to} of service '{name}' is the present one.");
        }

        if (stored.Versions[to].Unreadable is { } reason)
        {
            return Problem.Conflict("conflict", $"The secrets of version {to} of service '{name}' cannot be read. {reason}");
        }

        return FixedPort.Problem(stored.Versions[to].Spec, service.PinnedReplicas) is { } tooMany
            ? Problem.Unworkable(tooMany)
            : Write(stored, to, now);
    }

    /// <summary>The version before, where it was ever ready; else the newest that was.</summary>
    private static int? Default(ServiceRecord service)
    {
        bool WasReady(int version) => service.Progress(version).FirstReadyAt is not null;
        if (service.PreviousVersion is { } previous && previous != service.TargetVersion && WasReady(previous))
        {
            return previous;
        }

        return service.Versions.Keys.Where(version => version < service.TargetVersion && WasReady(version)).Select(version => (int?)version).Max();
    }

    private static Decision Write(ServiceAggregate stored, int to, DateTimeOffset now)
    {
        var service = stored.Service;
        return new Decision
        {
            Commit = new ServiceCommit
            {
                ExpectedRowVersion = stored.RowVersion,
                Service = Retarget.To(service, to, UpdateMode.Rolling, now),
                Events = [new ServiceEvent { At = now, Message = $"rollback from version {service.TargetVersion} to {to}" }],
            },
            Answer = new PutServiceResponse
            {
                Service = service.Name.Value,
                Version = to,
                Notices = [.. Notices.Of(FixedPort.UpdateNotice(stored.Target.Spec, stored.Versions[to].Spec), service)],
            },
        };
    }
}
