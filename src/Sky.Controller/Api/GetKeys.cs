using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Keys;
using Sky.Core.Keys;

namespace Sky.Controller.Api;

/// <summary><c>GET /keys</c>.</summary>
internal static class GetKeys
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/keys", HandleAsync)
        .Produces<IReadOnlyList<KeyView>>()
        .WithSummary("List the keys of the gateways, revoked ones too; never a secret; with ?spent=true what their budgets have spent");

    private static async Task<IResult> HandleAsync(bool? spent, KeyChanges keys, IBudgetHistory history, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        IReadOnlyList<KeyView> views = [.. (await keys.AllAsync(cancellationToken)).Select(stored => KeyView.From(stored.Key, now)).OrderBy(view => view.CreatedAt)];
        if (spent is true)
        {
            views = [.. await Task.WhenAll(views.Select(view => WithSpentAsync(view, history, now, cancellationToken)))];
        }

        return Results.Json(views, ApiJson.Default.IReadOnlyListKeyView);
    }

    private static async Task<KeyView> WithSpentAsync(KeyView view, IBudgetHistory history, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (view.Limits is not { Budget: { } budget, BudgetPeriod: var period })
        {
            return view;
        }

        var spent = await history.SpentAsync(new KeyId(view.Id), BudgetClock.StartOf(period, now), cancellationToken);
        return view with { Spent = spent, Left = Math.Max(0, budget - spent) };
    }
}
