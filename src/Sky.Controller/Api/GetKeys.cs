using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Keys;

namespace Sky.Controller.Api;

/// <summary><c>GET /keys</c>.</summary>
internal static class GetKeys
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/keys", HandleAsync)
        .Produces<IReadOnlyList<KeyView>>()
        .WithSummary("List the keys of the gateways, revoked ones too; never a secret");

    private static async Task<IResult> HandleAsync(KeyChanges keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        IReadOnlyList<KeyView> views = [.. (await keys.AllAsync(cancellationToken)).Select(stored => KeyView.From(stored.Key, now)).OrderBy(view => view.CreatedAt)];
        return Results.Json(views, ApiJson.Default.IReadOnlyListKeyView);
    }
}
