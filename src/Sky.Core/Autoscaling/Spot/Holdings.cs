namespace Sky.Core.Autoscaling.Spot;

/// <summary>The spot replicas a decision is about to hold, zone by zone; begins with what is held.</summary>
internal sealed class Holdings
{
    private readonly IReadOnlyList<ZoneSnapshot> _zones;
    private readonly int[] _counts;

    public Holdings(IReadOnlyList<ZoneSnapshot> zones)
    {
        _zones = zones;
        _counts = new int[zones.Count];
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] = zones[i].Held;
            Total += _counts[i];
        }
    }

    public int Total { get; private set; }

    public IReadOnlyList<int> Counts => _counts;

    public int this[int zone] => _counts[zone];

    public void Add(int zone)
    {
        _counts[zone]++;
        Total++;
    }

    public void Remove(int zone)
    {
        _counts[zone]--;
        Total--;
    }

    /// <summary>Gives up what is more than wanted: what is not ready yet first, then where most stand, then what costs most.</summary>
    public void Shrink(int wanted)
    {
        while (Total > wanted)
        {
            var worst = -1;
            for (var i = 0; i < _counts.Length; i++)
            {
                if (_counts[i] > 0 && (worst < 0 || Rank(i).CompareTo(Rank(worst)) > 0))
                {
                    worst = i;
                }
            }

            Remove(worst);
        }
    }

    private (bool Starting, int Count, double Price) Rank(int zone) => (_counts[zone] > _zones[zone].Ready, _counts[zone], _zones[zone].Price);
}
