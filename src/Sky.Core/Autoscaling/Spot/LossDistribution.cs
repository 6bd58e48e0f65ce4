namespace Sky.Core.Autoscaling.Spot;

/// <summary>How many of the replicas held are lost within one horizon. Zones lose independently; a zone that loses takes all of ours, or less often one.</summary>
internal sealed class LossDistribution
{
    /// <summary>How often a zone that loses takes all of several replicas; else one.</summary>
    private const double TakesAll = 0.65;

    private double[] _exactly = new double[16];
    private int _held;

    /// <param name="held">Replicas in each zone.</param>
    /// <param name="zones">How likely each zone loses within the horizon.</param>
    public void Compute(ReadOnlySpan<int> held, ReadOnlySpan<ZoneOutlook> zones)
    {
        Reserve(held);
        _held = 0;
        _exactly[0] = 1;
        for (var zone = 0; zone < held.Length; zone++)
        {
            if (held[zone] > 0)
            {
                Add(held[zone], zones[zone].LossChance);
            }
        }

        // From the chance of each number to the chance of more than it, in place.
        var more = 0.0;
        for (var lost = _held; lost >= 0; lost--)
        {
            (_exactly[lost], more) = (more, more + _exactly[lost]);
        }
    }

    /// <summary>The chance that fewer than the target are left, with so many on-demand replicas beside.</summary>
    public double Shortfall(int onDemand, int target)
    {
        var bearable = _held + onDemand - target;
        return bearable < 0 ? 1 : bearable >= _held ? 0 : _exactly[bearable];
    }

    private void Add(int count, double chance)
    {
        var all = count == 1 ? 1 : TakesAll;
        _exactly.AsSpan(_held + 1, count).Clear();
        for (var lost = _held; lost >= 0; lost--)
        {
            var before = _exactly[lost];
            _exactly[lost] = before * (1 - chance);
            _exactly[lost + count] += before * chance * all;
            _exactly[lost + 1] += count > 1 ? before * chance * (1 - all) : 0;
        }

        _held += count;
    }

    private void Reserve(ReadOnlySpan<int> held)
    {
        var needed = 1;
        foreach (var count in held)
        {
            needed += count;
        }

        if (_exactly.Length < needed)
        {
            _exactly = new double[needed * 2];
        }
    }
}
