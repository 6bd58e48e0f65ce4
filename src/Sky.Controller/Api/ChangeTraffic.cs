using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Services;
using Sky.Core.Store;
using Sky.Core.Traffic;

namespace Sky.Controller.Api;

/// <summary><c>POST /services/{name}/traffic</c>: divides the requests of a service among versions that stay up, or ends that.</summary>
internal static class ChangeTraffic
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/services/{name}/traffic", HandleAsync)
        .Accepts<TrafficRequest>("application/json")
        .Produces<PutServiceResponse>()
        .Produces<ApiError>(StatusCodes.Status400BadRequest)
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .Produces<ApiError>(StatusCodes.Status422UnprocessableEntity)
        .WithSummary("Divide requests among versions, mirror them to one, or end both");

    private static Task<IResult> HandleAsync(string name, TrafficRequest request, ServiceChanges changes, CancellationToken cancellationToken) =>
        changes.AnswerAsync(
            new ServiceName(name), (stored, now) => Decide(name, stored, request, now), StatusCodes.Status200OK, cancellationToken);

    public static Decision Decide(string name, ServiceAggregate? stored, TrafficRequest request, DateTimeOffset now)
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
        if (request.Clear)
        {
            return request is { Weights: null, Sticky: null, Mirror: null, NoMirror: false }
                ? End(stored, service.TargetVersion, now)
                : Problem.Invalid("An end of the division takes neither weights nor a mirror nor stickiness.");
        }

        var present = service.Traffic;
        var weights = request.Weights ?? present?.Weights ?? [new VersionWeight(service.TargetVersion, 100)];
        var alone = weights.FirstOrDefault(arm => arm.Percent == 100);
        var mirror = request.NoMirror ? null : request.Mirror ?? (request.Weights is not null && alone.Version > 0 ? null : present?.Mirror);
        var sticky = request.Sticky is { } word ? StickyRule.Parse(word) : present?.Sticky ?? StickyRule.None;
        if (sticky is null)
        {
            return Problem.Invalid($"Requests stick by {StickyRule.Forms}. Found: '{request.Sticky}'");
        }

        return Check(name, stored, weights, mirror) ?? (alone.Version > 0 && mirror is null
            ? End(stored, alone.Version, now)
            : Divide(stored, weights, sticky, mirror, now));
    }

    private static Decision? Check(string name, ServiceAggregate stored, IReadOnlyList<VersionWeight> weights, MirrorTarget? mirror)
    {
        List<int> versions = [.. weights.Select(arm => arm.Version)];
        if (mirror is not null)
        {
            versions.Add(mirror.Version);
        }

        foreach (var version in versions.Where(version => !stored.Versions.ContainsKey(version)))
        {
            return Problem.NotFound($"Service '{name}' has no version {version}; see `sky serve history {name}`.");
        }

        if (SplitRules.ProblemOf(weights, mirror) is { } wrong)
        {
            return Problem.Invalid(wrong);
        }

        List<int> serving = [.. weights.Where(arm => arm.Percent > 0).Select(arm => arm.Version)];
        if (mirror is not null)
        {
            serving.Add(mirror.Version);
        }

        foreach (var version in serving)
        {
            if (stored.Service.Progress(version) is { FailedAt: not null } given)
            {
                return Problem.Conflict(
                    "conflict",
                    $"Version {version} of service '{name}' was given up ({given.FailedReason}), so it gets no requests. "
                    + $"`sky serve rollback {name} --to {version}` gives it another try.");
            }
        }

        return SplitRules.ConflictOf(stored, serving) is { } conflict ? (Decision)Problem.Unworkable(conflict) : null;
    }

    private static Decision End(ServiceAggregate stored, int version, DateTimeOffset now)
    {
        var service = stored.Service;
        var answer = new PutServiceResponse { Service = service.Name.Value, Version = version };
        if (service.Traffic is null && version == service.TargetVersion)
        {
            return new Decision { Answer = answer with { Unchanged = true } };
        }

        return new Decision
        {
            Commit = new ServiceCommit
            {
                ExpectedRowVersion = stored.RowVersion,
                Service = SplitChange.End(service, version, now),
                Events = [new ServiceEvent { At = now, Message = $"traffic: all for version {version}" }],
            },
            Answer = answer,
        };
    }

    private static Decision Divide(ServiceAggregate stored, IReadOnlyList<VersionWeight> weights, StickyRule sticky, MirrorTarget? mirror, DateTimeOffset now)
    {
        var divided = SplitChange.Divide(stored, weights, sticky, mirror, now);
        var answer = new PutServiceResponse { Service = divided.Name.Value, Version = divided.TargetVersion };
        if (stored.Service.Traffic is { } present && present.Weights.SequenceEqual(divided.Traffic!.Weights) && present.Sticky == sticky && present.Mirror == mirror)
        {
            return new Decision { Answer = answer with { Unchanged = true } };
        }

        var mirrored = mirror is null ? "" : $", {mirror.Percent} % mirrored to version {mirror.Version}";
        return new Decision
        {
            Commit = new ServiceCommit
            {
                ExpectedRowVersion = stored.RowVersion,
                Service = divided,
                Events = [new ServiceEvent { At = now, Message = $"traffic: {divided.Traffic!.Text}, sticky {sticky}{mirrored}" }],
            },
            Answer = answer,
        };
    }
}
