using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Keys;
using Sky.Core.Keys;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>POST /keys</c>: makes a key. The answer holds its secret, which is kept nowhere.</summary>
internal static class CreateKey
{
    private const int IdDigits = 12;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/keys", HandleAsync)
        .Accepts<CreateKeyRequest>("application/json")
        .Produces<KeySecretView>(StatusCodes.Status201Created)
        .Produces<ApiError>(StatusCodes.Status400BadRequest)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .WithSummary("Make a key; its secret is in the answer and nowhere else");

    private static async Task<IResult> HandleAsync(CreateKeyRequest request, KeyChanges keys, IStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var id = new KeyId(KeyId.Prefix + RandomNumberGenerator.GetHexString(IdDigits, lowercase: true));
        var secret = KeySecret.From(RandomNumberGenerator.GetBytes(KeySecret.RandomBytes));
        var decision = await keys.ChangeAsync((all, now) => Decide(all, request, id, secret, now), cancellationToken);
        if (decision.Problem is { } problem)
        {
            return problem.ToResult();
        }

        var notice = decision.Key!.Limits.Budget is null ? null : BudgetNotices.OfKey(decision.Key, await ServicesAsync(store, cancellationToken));
        return Results.Json(
            new KeySecretView { Key = KeyView.From(decision.Key, time.GetUtcNow()), Secret = secret, Notices = notice is null ? [] : [notice] },
            ApiJson.Default.KeySecretView,
            statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IReadOnlyList<ServiceAggregate>> ServicesAsync(IStore store, CancellationToken cancellationToken)
    {
        var services = new List<ServiceAggregate>();
        foreach (var name in await store.ListAsync(cancellationToken))
        {
            if (await store.LoadAsync(name, cancellationToken) is { } service)
            {
                services.Add(service);
            }
        }

        return services;
    }

    public static KeyDecision Decide(IReadOnlyList<StoredKey> all, CreateKeyRequest request, KeyId id, string secret, DateTimeOffset now)
    {
        var key = new KeyRecord
        {
            Id = id,
            Name = request.Name,
            Hash = KeySecret.HashText(secret),
            Models = request.Models ?? [],
            Limits = request.Limits ?? KeyLimits.None,
            Priority = request.Priority ?? KeyPriority.Default,
            Operator = request.Operator,
            ExpiresAt = request.ExpiresAt,
            CreatedAt = now,
        };
        if (KeyRules.Problems(key, now) is { Count: > 0 } problems)
        {
            return Problem.Invalid(string.Join('\n', problems));
        }

        return all.Any(stored => stored.Key.RevokedAt is null && stored.Key.Name == key.Name)
            ? Problem.Conflict("exists", $"There is a key '{key.Name}' already. Give it a new secret with `sky keys rotate {key.Name}`, or choose another name.")
            : KeyDecision.To(new StoredKey(key, 0));
    }
}
