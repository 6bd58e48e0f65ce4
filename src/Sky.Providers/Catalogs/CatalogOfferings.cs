using Sky.Core.Catalog;
using Sky.Core.Clouds.Launching.Regions;

namespace Sky.Providers.Catalogs;

/// <summary>All that a cloud's catalog offers: one and the same list until the catalog of this machine is another. Safe for concurrent use.</summary>
/// <param name="folder">The catalogs of this machine.</param>
/// <param name="cloud">One of <see cref="EmbeddedCatalog.Clouds"/>.</param>
public sealed class CatalogOfferings(CatalogFolder folder, string cloud)
{
    private readonly Lock _gate = new();
    private (CatalogStamp Stamp, IReadOnlyList<Offering> Offerings)? _known;

    public IReadOnlyList<Offering> All()
    {
        lock (_gate)
        {
            var stamp = folder.StampOf(cloud);
            if (_known is not { } known || known.Stamp != stamp)
            {
                _known = known = (stamp, [.. folder.Read(cloud, out _).Offerings().Select(Joining)]);
            }

            return known.Offerings;
        }
    }

    /// <summary>Each bought node joins the cluster of its region, which runs what is placed there.</summary>
    private Offering Joining(Offering offering) => offering.Region is { } region ? offering with { Engine = new RegionCluster(cloud, region).Engine } : offering;
}
