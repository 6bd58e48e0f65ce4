using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Keys;
using Sky.Controller.Provisioning;
using Sky.Core;
using Sky.Core.Autoscaling;
using Sky.Core.Images;
using Sky.Core.Planning;
using Sky.Core.Secrets;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Store;
using Sky.Core.Traffic.Canaries;

namespace Sky.Controller.Api;

/// <summary><c>PUT /services/{name}</c>: creates the service, or gives it a new version.</summary>
internal static partial class PutService
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPut("/services/{name}", HandleAsync)
        .Accepts<PutServiceRequest>("application/json")
        .Produces<PutServiceResponse>()
        .Produces<ApiError>(StatusCodes.Status400BadRequest)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .Produces<ApiError>(StatusCodes.Status422UnprocessableEntity)
        .WithSummary("Create a service, or give it a new version");

    private static async Task<IResult> HandleAsync(
        string name, PutServiceRequest request, ServiceChanges changes, KeyChanges keys, Placements placements, VersionImages images, SecretResolver secrets, SkyHome home, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if ((CheckName(name) ?? CheckRequest(request, home)) is { } problem)
        {
            return problem.ToResult();
        }

        var filled = await FilledSecrets.OfAsync(secrets, request.Spec, cancellationToken);
        if (filled.Problem is { } unfilled)
        {
            return unfilled.ToResult();
        }

        request = request with { Spec = filled.Spec! };
        var places = await placements.ChooseAsync(request.Spec, cancellationToken);
        if (places.Choices.Count == 0)
        {
            return Problem.Conflict("no_placement", places.Reason!).ToResult();
        }

        var (spec, notices) = await images.PinAsync(request.Spec, places.Choices, cancellationToken);
        var verdict = images.Judge(spec, request.Scans);
        if (!verdict.Passed)
        {
            return Problem.NotClean(verdict).ToResult();
        }

        var service = new ServiceName(name);
        var pinned = request with { Spec = spec };
        var budget = BudgetNotices.OfService(name, request.Spec.Serving, await keys.AllAsync(cancellationToken), time.GetUtcNow());
        IReadOnlyList<string> told = [.. notices, .. verdict.Notices, .. budget is null ? Array.Empty<string>() : [budget]];
        return await changes.AnswerAsync(
            service, (stored, now) => Told(Decide(service, stored, pinned, now), told), StatusCodes.Status200OK, cancellationToken);
    }

    private static Decision Told(Decision decision, IReadOnlyList<string> notices) => decision is { Commit: not null, Answer: { } answer }
        ? decision with { Answer = answer with { Notices = [.. answer.Notices, .. notices] } }
        : decision;

    /// <summary>What the request makes of the service as stored; pure.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="stored">As stored; null when there never was one.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="now">The present time.</param>
    public static Decision Decide(ServiceName name, ServiceAggregate? stored, PutServiceRequest request, DateTimeOffset now)
    {
        if (stored is { Service.Phase: ServicePhase.ShuttingDown })
        {
            return Problem.ShuttingDown(name.Value, stored);
        }

        var lives = stored is { Service.Phase: ServicePhase.Active };
        if (request.MustBeNew && lives)
        {
            return Problem.Conflict("exists", $"The service '{name}' is already running. To change it: sky serve update {name} FILE");
        }

        if (request.MustExist && !lives)
        {
            return Problem.NoService(name.Value);
        }

        if (FixedPort.Problem(request.Spec, lives ? stored!.Service.PinnedReplicas : null) is { } tooMany)
        {
            return Problem.Unworkable(tooMany);
        }

        if (lives && IsSame(stored!, request))
        {
            return new Decision { Answer = new PutServiceResponse { Service = name.Value, Version = stored!.Service.TargetVersion, Unchanged = true } };
        }

        if (request.Canary is { } canary)
        {
            return lives ? StartCanary(stored!, request, canary, now) : Problem.NoService(name.Value);
        }

        return stored is null ? Create(name, request, now) : Update(stored, request, now);
    }

    private static Decision StartCanary(ServiceAggregate stored, PutServiceRequest request, CanarySpec canary, DateTimeOffset now)
    {
        if (canary.Problem() is { } wrong)
        {
            return Problem.Invalid(wrong);
        }

        if (CanaryChange.Problem(stored.Service) is { } why)
        {
            return Problem.Conflict("conflict", why);
        }

        var number = stored.Service.LatestVersion + 1;
        if (FixedPort.UpdateNotice(stored.Target.Spec, request.Spec) is not null)
        {
            return Problem.Unworkable(
                $"Versions {stored.Service.TargetVersion} and {number} listen on port {FixedPort.Of(request.Spec)}, so they cannot be up at one time. "
                + "Let `run` listen on $SKY_PORT instead.");
        }

        var started = CanaryChange.Start(stored, number, canary, now);
        var decision = Write(started, stored.RowVersion, request, $"update to version {number} as a canary at {canary.Percent}%", created: false, notices: [], now);
        return decision with { Answer = decision.Answer! with { Version = number } };
    }

    private static Decision Create(ServiceName name, PutServiceRequest request, DateTimeOffset now)
    {
        var record = new ServiceRecord
        {
            Name = name,
            Phase = ServicePhase.Active,
            LatestVersion = 1,
            TargetVersion = 1,
            TargetedAt = now,
            Mode = request.Mode,
            NextReplicaId = new ReplicaId(1),
            Autoscaler = new AutoscalerState { Target = request.Spec.Serving.ReplicaPolicy.MinReplicas },
            CreatedAt = now,
        };
        return Write(record, 0, request, "service created", created: true, notices: [], now);
    }

    private static Decision Update(ServiceAggregate stored, PutServiceRequest request, DateTimeOffset now)
    {
        var old = stored.Service;
        var number = old.LatestVersion + 1;
        if (old.Phase == ServicePhase.Active)
        {
            var updated = Retarget.To(old, number, request.Mode, now);
            return Write(
                updated, stored.RowVersion, request, $"update to version {number}", created: false,
                [.. Notices.Of(FixedPort.UpdateNotice(stored.Target.Spec, request.Spec), old)], now);
        }

        var revived = Retarget.FromDown(old, number, request.Mode, request.Spec.Serving.ReplicaPolicy.MinReplicas, now);
        return Write(revived, stored.RowVersion, request, $"service up again with version {number}", created: true, notices: [], now);
    }

    private static Decision Write(
        ServiceRecord service, long rowVersion, PutServiceRequest request, string happened, bool created, IReadOnlyList<string> notices, DateTimeOffset now) => new()
        {
            Commit = new ServiceCommit
            {
                ExpectedRowVersion = rowVersion,
                Service = service,
                NewVersion = new VersionRecord
                {
                    Service = service.Name,
                    Number = service.LatestVersion,
                    Spec = request.Spec,
                    CreatedAt = now,
                    WorkdirHash = request.WorkdirHash,
                    Scans = [.. request.Scans.Select(scan => scan.Kept(VersionImages.KeptFindings))],
                    Mode = request.Mode,
                },
                Events = [new ServiceEvent { At = now, Message = happened }],
            },
            Answer = new PutServiceResponse
            {
                Service = service.Name.Value,
                Version = service.TargetVersion,
                Created = created,
                Notices = notices,
            },
        };

    /// <summary>A version that was given up is worth another try with the same spec.</summary>
    private static bool IsSame(ServiceAggregate stored, PutServiceRequest request) =>
        stored.Service.Progress(stored.Service.TargetVersion).FailedAt is null
        && stored.Target.WorkdirHash == request.WorkdirHash
        && Json(stored.Target.Spec).AsSpan().SequenceEqual(Json(request.Spec));

    private static byte[] Json(ServiceSpec spec) => JsonSerializer.SerializeToUtf8Bytes(spec, SkyJson.Default.ServiceSpec);

    private static Problem? CheckName(string name) => ServiceNames.IsValid(name) ? null : Problem.Invalid(ServiceNames.Rule);

    private static Problem? CheckRequest(PutServiceRequest request, SkyHome home)
    {
        if (request.Spec.Resources.Candidates.Count == 0 || request.Spec.Serving.ReplicaPolicy.MinReplicas < 0)
        {
            return Problem.Invalid("The spec is not complete: read the file with `sky serve check`.");
        }

        if (ReplicaImage.Malformed(request.Spec) is { } image)
        {
            return Problem.Invalid($"'{image}' does not name the bytes of an image: REPOSITORY@sha256:… or sha256:… does.");
        }

        return request.WorkdirHash switch
        {
            null => null,
            { } hash when !Hash().IsMatch(hash) => Problem.Invalid("The workdir's hash is not a SHA-256 in lower-case hex."),
            { } hash when !File.Exists(Path.Combine(home.Workdirs, hash + ".tar")) => Problem.Invalid("The workdir was not uploaded."),
            _ => null,
        };
    }

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    internal static partial Regex Hash();
}
