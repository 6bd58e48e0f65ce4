using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Launching.Orphans;
using Sky.Core.Clouds.Orphans;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>GET /clusters/orphans</c>: nodes that no row knows; with <c>?owner=</c> those of another owner.</summary>
internal static class GetOrphans
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/clusters/orphans", HandleAsync)
        .Produces<OrphansView>()
        .WithSummary("List nodes that bear an owner and that no row knows");

    private static async Task<IResult> HandleAsync(string? owner, OrphanKeeper keeper, IStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var own = (await store.GetOwnerAsync(cancellationToken)).Value;
        var other = owner is null || owner == own ? null : owner;
        var report = await keeper.LookAsync(cancellationToken);
        if (other is null)
        {
            return Results.Json(ViewOf(own, own, report.Nodes, report, report.Silent, time.GetUtcNow()), ApiJson.Default.OrphansView);
        }

        var (found, problems) = await keeper.FindAsync(other, cancellationToken);
        var nodes = found.Select(node => report.Nodes.FirstOrDefault(row => (row.Cloud, row.Owner, row.Node) == (node.Cloud, node.Owner, node.Node)) ?? node);
        return Results.Json(ViewOf(own, other, nodes, report, problems, time.GetUtcNow()), ApiJson.Default.OrphansView);
    }

    private static OrphansView ViewOf(string own, string owner, IEnumerable<OrphanNode> nodes, OrphanReport report, IReadOnlyDictionary<string, string> problems, DateTimeOffset now) => new()
    {
        Owner = owner,
        Nodes =
        [
            .. nodes.Select(node => new OrphanView
            {
                Cloud = node.Cloud,
                Node = node.Node,
                Owner = node.Owner ?? own,
                Name = node.Name,
                Address = node.Address,
                FirstSeen = node.FirstSeen,
                State = node.State.ToString().ToLowerInvariant(),
                GoesAt = OrphanRules.GoesAt(node, report.Life),
                Reason = node.Reason,
            }),
        ],
        QuietUntil = StoreLives.IsQuiet(report.Life, now) ? report.Life.QuietUntil : null,
        QuietBecause = StoreLives.IsQuiet(report.Life, now) ? report.Life.QuietBecause : null,
        Before = report.Before,
        Problems = problems,
    };
}
