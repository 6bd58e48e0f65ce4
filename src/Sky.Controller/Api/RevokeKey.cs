using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Keys;
using Sky.Core.Keys;

namespace Sky.Controller.Api;

/// <summary><c>POST /keys/{key}/revoke</c>: the key opens nothing from now on, for ever.</summary>
internal static class RevokeKey
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/keys/{key}/revoke", HandleAsync)
        .Produces<KeyView>()
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .WithSummary("Revoke a key: gateways refuse it within a second");

    private static async Task<IResult> HandleAsync(string key, KeyChanges keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var decision = await keys.ChangeAsync((all, now) => Decide(all, key, now), cancellationToken);
        return decision.Problem?.ToResult() ?? Results.Json(KeyView.From(decision.Key!, time.GetUtcNow()), ApiJson.Default.KeyView);
    }

    public static KeyDecision Decide(IReadOnlyList<StoredKey> all, string name, DateTimeOffset now)
    {
        if (NamedKey.Find(all, name) is not { } stored)
        {
            return NamedKey.None(name);
        }

        return stored.Key.RevokedAt is not null
            ? new KeyDecision { Key = stored.Key }
            : KeyDecision.To(stored with { Key = stored.Key with { RevokedAt = now } });
    }
}
