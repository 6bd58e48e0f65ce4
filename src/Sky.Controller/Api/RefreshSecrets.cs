using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Secrets;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>POST /services/{name}/secrets</c>: looks secrets up again; where one has another value, a new version with it takes over replica by replica.</summary>
internal static class RefreshSecrets
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/services/{name}/secrets", HandleAsync)
        .Accepts<RefreshSecretsRequest>("application/json")
        .Produces<PutServiceResponse>()
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .Produces<ApiError>(StatusCodes.Status422UnprocessableEntity)
        .WithSummary("Look up again the secrets that are held elsewhere");

    private static async Task<IResult> HandleAsync(
        string name, RefreshSecretsRequest request, IStore store, ServiceChanges changes, SecretResolver secrets, CancellationToken cancellationToken)
    {
        var service = new ServiceName(name);
        if (await store.LoadAsync(service, cancellationToken) is not { Service.Phase: ServicePhase.Active } known)
        {
            return Problem.NoService(name).ToResult();
        }

        var target = known.Target;
        if (target.Unreadable is { } reason)
        {
            return Problem.Conflict("conflict", $"The secrets of version {target.Number} cannot be read. {reason}").ToResult();
        }

        if (request.Values.Keys.FirstOrDefault(given => !target.Spec.Task.SecretSources.ContainsKey(given)) is { } unknown)
        {
            return Problem.Invalid($"Secret {unknown} of service '{name}' is not held elsewhere: give it anew with `sky serve update {name} FILE`.").ToResult();
        }

        var filled = await FilledSecrets.OfAsync(secrets, With(target.Spec, request.Values), cancellationToken);
        return filled.Problem?.ToResult() ?? await changes.AnswerAsync(
            service, (stored, now) => Decide(service, stored, target, filled.Spec!, now), StatusCodes.Status200OK, cancellationToken);
    }

    /// <summary>As an update to the same version with other secrets.</summary>
    private static Decision Decide(ServiceName name, ServiceAggregate? stored, VersionRecord of, ServiceSpec spec, DateTimeOffset now) =>
        stored is { Service.Phase: ServicePhase.Active } && stored.Service.TargetVersion != of.Number
            ? Problem.Conflict("conflict", $"Service '{name}' got another version meanwhile: try again.")
            : PutService.Decide(name, stored, new PutServiceRequest { Spec = spec, WorkdirHash = of.WorkdirHash, Scans = of.Scans, MustExist = true }, now);

    private static ServiceSpec With(ServiceSpec spec, IReadOnlyDictionary<string, SecretValue> values)
    {
        var secrets = new Dictionary<string, SecretValue>(spec.Task.Secrets, StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            secrets[name] = value;
        }

        return spec with { Task = spec.Task with { Secrets = secrets } };
    }
}
