namespace Sky.Core.Autoscaling.Spot;

/// <summary>
/// The search for what to hold: over spot replicas from none to a few spares, and on-demand ones from none to the target, the least of price plus the
/// chance to be short times what that is worth. One more spot replica goes to the zone with the best outlook, one fewer leaves the worst,
/// and of several in one zone one may move to another.
/// </summary>
internal sealed class AdaptivePlan(SpotSnapshot snapshot, ZoneOutlook[] zones, double worth)
{
    private const int MostMoves = 3;

    /// <summary>A spare goes rather to an unused zone that has refused of late than beside another replica.</summary>
    private const double Unsure = 0.5;

    /// <summary>Where few replicas stand together, the zone has to be one that gives.</summary>
    private const double UnsureTogether = 1000;

    /// <summary>A launch pays for its cold start over so many cold starts, so that small changes of the outlook launch nothing.</summary>
    private const double ColdStartsToPayBack = 15;

    /// <summary>The next replica of a zone is in danger so much more than its first: it goes first when capacity shrinks.</summary>
    private const double MoreInOneZone = 1;

    private readonly LossDistribution _losses = new();
    private readonly int[] _held = [.. snapshot.Zones.Select(zone => zone.Held)];
    private readonly int _onDemandHeld = snapshot.OnDemandReady + snapshot.OnDemandStarting;
    private double _least = double.MaxValue;

    /// <summary>Spot replicas in each zone; valid after <see cref="Search"/>.</summary>
    public int[] Spot { get; private set; } = new int[zones.Length];

    /// <summary>On-demand replicas; valid after <see cref="Search"/>.</summary>
    public int OnDemand { get; private set; } = snapshot.Target;

    public void Search(Random random)
    {
        var most = snapshot.Target + MostSpares(snapshot.Target);
        var spot = (int[])_held.Clone();
        for (var total = spot.Sum(); total >= 0; total--)
        {
            if (total <= most)
            {
                Consider(spot);
            }

            if (total > 0)
            {
                spot[Worst(spot)]--;
            }
        }

        // Few replicas are safest together in the best zone, and with a spare safest apart: both are tried.
        Grow(together: true, most - OnDemandFallback.Base(snapshot), random);
        Grow(together: false, most - OnDemandFallback.Base(snapshot), random);
        for (var moves = 0; moves < MostMoves && MoveApart(random); moves++)
        {
        }
    }

    /// <summary>Spares of a target: more have never paid.</summary>
    public static int MostSpares(int target) => (target + 2) / 3;

    /// <summary>Whether it is better to have one of several ready replicas of a zone somewhere else; the best such move is taken.</summary>
    private bool MoveApart(Random random)
    {
        var (start, before) = (Spot, _least);
        for (var from = 0; from < start.Length; from++)
        {
            if (start[from] < 2 || start[from] > snapshot.Zones[from].Ready)
            {
                continue;
            }

            var spot = (int[])start.Clone();
            spot[from]--;
            if (Best(spot, together: false, random) is >= 0 and var to && to != from)
            {
                spot[to]++;
                Consider(spot);
            }
        }

        return _least < before;
    }

    private void Grow(bool together, int most, Random random)
    {
        var spot = (int[])_held.Clone();
        for (var total = spot.Sum(); total < most && Best(spot, together, random) is >= 0 and var zone; total++)
        {
            spot[zone]++;
            Consider(spot);
        }
    }

    /// <summary>The best number of on-demand replicas beside so many spot ones, within bounds; where it makes no difference, the fewest.</summary>
    public int OnDemandBeside(ReadOnlySpan<int> spot, int least, int most)
    {
        _losses.Compute(spot, zones);
        var (best, price) = (most, double.MaxValue);
        for (var count = most; count >= least; count--)
        {
            var sum = (snapshot.OnDemandPrice * count) + (worth * _losses.Shortfall(count, snapshot.Target));
            (best, price) = sum <= price ? (count, sum) : (best, price);
        }

        return best;
    }

    public double Risk(ReadOnlySpan<int> spot, int onDemand)
    {
        _losses.Compute(spot, zones);
        return _losses.Shortfall(onDemand, snapshot.Target);
    }

    private void Consider(int[] spot)
    {
        var price = 0.0;
        for (var zone = 0; zone < spot.Length; zone++)
        {
            price += zones[zone].Price * Paid(spot[zone], _held[zone]);
        }

        _losses.Compute(spot, zones);
        for (var count = OnDemandFallback.Base(snapshot); count <= snapshot.Target; count++)
        {
            var sum = price + (snapshot.OnDemandPrice * Paid(count, _onDemandHeld)) + (worth * _losses.Shortfall(count, snapshot.Target));
            if (sum < _least)
            {
                (_least, OnDemand, Spot) = (sum, count, (int[])spot.Clone());
            }
        }
    }

    /// <summary>Replicas as they are paid for: those that are launched for it count a little more.</summary>
    private static double Paid(int count, int held) => count + (Math.Max(0, count - held) / ColdStartsToPayBack);

    private int Best(int[] spot, bool together, Random random)
    {
        var (best, least, equal) = (-1, 0.0, 0);
        for (var zone = 0; zone < zones.Length; zone++)
        {
            if (!zones[zone].Open)
            {
                continue;
            }

            var rank = Danger(zone, spot[zone]) + (zones[zone].Sure ? 0 : (together ? UnsureTogether : Unsure) * worth) + (together ? 0 : spot[zone] * worth);
            equal = best < 0 || rank < least ? 1 : equal + (rank == least ? 1 : 0);
            if (best < 0 || rank < least || (rank == least && random.Next(equal) == 0))
            {
                (best, least) = (zone, rank);
            }
        }

        return best;
    }

    /// <summary>What is not ready goes first.</summary>
    private int Worst(int[] spot)
    {
        var worst = -1;
        for (var zone = 0; zone < spot.Length; zone++)
        {
            if (spot[zone] > 0 && (worst < 0 || Rank(zone).CompareTo(Rank(worst)) > 0))
            {
                worst = zone;
            }
        }

        return worst;

        (bool Starting, double Danger) Rank(int zone) => (spot[zone] > snapshot.Zones[zone].Ready, Danger(zone, spot[zone] - 1));
    }

    /// <summary>Price and danger of one replica more beside those that stand in the zone.</summary>
    private double Danger(int zone, int beside) => zones[zone].Price + (worth * zones[zone].LossChance * (1 + (MoreInOneZone * beside)));
}
