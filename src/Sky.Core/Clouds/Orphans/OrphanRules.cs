namespace Sky.Core.Clouds.Orphans;

/// <summary>Which nodes of a cloud no row knows, and which of them are to go. Pure.</summary>
public static class OrphanRules
{
    /// <summary>How long a node must have been listed and unknown without a break before it goes.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <param name="cloud">Its name.</param>
    /// <param name="owner">Whose nodes were listed; null: ours.</param>
    /// <param name="listed">What it lists; null: it could not be asked, and nothing is concluded.</param>
    /// <param name="known">Nodes of purchases that are not over, read after the listing: a row is there before its node.</param>
    /// <param name="stored">All orphans.</param>
    /// <param name="quiet">Nothing is to be removed now but what a person wants removed.</param>
    /// <param name="now">The time.</param>
    public static OrphanPlan Look(
        string cloud, string? owner, IReadOnlyCollection<CloudNode>? listed, IReadOnlySet<NodeId> known, IReadOnlyList<StoredOrphan> stored, bool quiet, DateTimeOffset now)
    {
        if (listed is null)
        {
            return new OrphanPlan([], [], []);
        }

        var rows = stored.Where(row => row.Orphan.Cloud == cloud && row.Orphan.Owner == owner).ToDictionary(row => row.Orphan.Node);
        var (writes, remove) = (new List<StoredOrphan>(), new List<OrphanNode>());
        foreach (var node in listed.Where(node => owner is not null || !known.Contains(node.Id)))
        {
            if (!rows.Remove(node.Id.Value, out var row))
            {
                // What bears another owner is none of ours before a person has said so.
                if (owner is null)
                {
                    writes.Add(new StoredOrphan(Seen(cloud, node, now), 0));
                }

                continue;
            }

            var next = row.Orphan.State == OrphanState.Seen && owner is null && !quiet && now - row.Orphan.FirstSeen >= Grace ? row.Orphan with { State = OrphanState.Removing } : row.Orphan;
            if (next != row.Orphan)
            {
                writes.Add(row with { Orphan = next });
            }

            if (next.State == OrphanState.Removing)
            {
                remove.Add(next);
            }
        }

        return new OrphanPlan(writes, [.. rows.Values], remove);
    }

    /// <summary>When it will go by itself; null: it will not.</summary>
    public static DateTimeOffset? GoesAt(OrphanNode orphan, StoreLife? life) => orphan is not { State: OrphanState.Seen, Owner: null } ? null
        : life?.QuietUntil is { } quiet && quiet > orphan.FirstSeen + Grace ? quiet : orphan.FirstSeen + Grace;

    private static OrphanNode Seen(string cloud, CloudNode node, DateTimeOffset now) =>
        new() { Cloud = cloud, Node = node.Id.Value, Name = node.Name, Address = node.Address, FirstSeen = now, State = OrphanState.Seen };
}
