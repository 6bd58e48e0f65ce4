using Sky.Core.Specs;
using Sky.Core.Traffic;

namespace Sky.Core.Endpoints;

/// <summary>How gateways divide the requests of a service among its versions.</summary>
public sealed record ServiceTraffic
{
    /// <summary>The <see cref="Generation"/> of a division that is not in force yet: nothing is counted for its arms.</summary>
    public const int NotCounted = 0;

    /// <summary>What they count for arms belongs to this division.</summary>
    public required int Generation { get; init; }

    /// <summary>The shares, by version ascending. One without a usable replica is passed over. Empty: all replicas but those of <see cref="Mirror"/> are alike.</summary>
    public required IReadOnlyList<VersionWeight> Arms { get; init; }

    public StickyRule Sticky { get; init; } = StickyRule.None;

    /// <summary>Who gets copies; null: nobody.</summary>
    public MirrorTarget? Mirror { get; init; }

    /// <summary>What each of these versions costs, to compare them by. Requests are charged by the prices in force.</summary>
    public IReadOnlyList<VersionPrices> Prices { get; init => field = value ?? []; } = [];

    /// <summary>The prices to compare a version by; those in force where nothing is said of it.</summary>
    public PriceSpec? PricesOf(int version, PriceSpec? inForce)
    {
        foreach (var prices in Prices)
        {
            if (prices.Version == version)
            {
                return prices.Prices;
            }
        }

        return inForce;
    }
}
