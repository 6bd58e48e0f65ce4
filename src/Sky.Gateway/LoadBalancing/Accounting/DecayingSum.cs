namespace Sky.Gateway.LoadBalancing.Accounting;

/// <summary>A sum whose parts lose weight with age, e-fold within a given time. Not safe for concurrent use.</summary>
internal sealed class DecayingSum
{
    private double _sum;
    private double _at;

    /// <param name="now">Seconds on any clock that only goes forward.</param>
    /// <param name="life">Seconds within which a part falls to 1/e.</param>
    public double Value(double now, double life) => _sum == 0 ? 0 : _sum * Math.Exp((_at - now) / life);

    public void Add(double amount, double now, double life)
    {
        _sum = Value(now, life) + amount;
        _at = now;
    }
}
