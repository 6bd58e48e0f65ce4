namespace Sky.Gateway.Forwarding.Hedging;

/// <summary>Keeps requests that are sent twice to a share of all: each request pays in its share of one, up to ten, and each hedge costs one.</summary>
internal sealed class HedgeBudget
{
    private const double Most = 10;
    private readonly Lock _gate = new();
    private double _saved;

    public void Arrived(double percent)
    {
        lock (_gate)
        {
            _saved = Math.Min(Most, _saved + (percent / 100));
        }
    }

    public bool TrySpend()
    {
        lock (_gate)
        {
            // Twenty times a twentieth is a little less than one.
            if (_saved < 1 - 1e-9)
            {
                return false;
            }

            _saved -= 1;
            return true;
        }
    }
}
