using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Keys;
using Sky.Core.Keys;

namespace Sky.Controller.Api;

/// <summary><c>POST /keys/{key}/rotate</c>: a new secret for the same key; the one before opens for a while longer.</summary>
internal static class RotateKey
{
    private const double MostGraceSeconds = 366 * 86_400;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/keys/{key}/rotate", HandleAsync)
        .Accepts<RotateKeyRequest>("application/json")
        .Produces<KeySecretView>()
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .Produces<ApiError>(StatusCodes.Status409Conflict)
        .WithSummary("Give a key a new secret; it is in the answer and nowhere else");

    private static async Task<IResult> HandleAsync(string key, RotateKeyRequest request, KeyChanges keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var secret = KeySecret.From(RandomNumberGenerator.GetBytes(KeySecret.RandomBytes));
        var decision = await keys.ChangeAsync((all, now) => Decide(all, key, secret, request.GraceSeconds, now), cancellationToken);
        return decision.Problem?.ToResult() ?? Results.Json(
            new KeySecretView { Key = KeyView.From(decision.Key!, time.GetUtcNow()), Secret = secret }, ApiJson.Default.KeySecretView);
    }

    public static KeyDecision Decide(IReadOnlyList<StoredKey> all, string name, string secret, double graceSeconds, DateTimeOffset now)
    {
        if (!(graceSeconds is >= 0 and <= MostGraceSeconds))
        {
            return Problem.Invalid("The grace of a rotation is 0 to 366 days.");
        }

        if (NamedKey.Find(all, name) is not { } stored)
        {
            return NamedKey.None(name);
        }

        var key = stored.Key;
        if (key.StateAt(now) is not KeyState.Active and var state)
        {
            return Problem.Conflict("conflict", $"The key '{key.Name}' is {state.ToString().ToLowerInvariant()} and opens nothing: create a new one.");
        }

        var grace = graceSeconds > 0;
        return KeyDecision.To(stored with
        {
            Key = key with
            {
                Hash = KeySecret.HashText(secret),
                PreviousHash = grace ? key.Hash : null,
                PreviousUntil = grace ? now.AddSeconds(graceSeconds) : null,
                RotatedAt = now,
            },
        });
    }
}
