namespace Sky.Gateway.LoadBalancing.Accounting;

/// <summary>
/// What replicas of one service compute of prompts, tokens a second: stands for one that was not measured yet. A fixed guess below the others'
/// rate would keep such a replica from ever being picked and measured. Safe for concurrent use.
/// </summary>
internal sealed class TypicalRate
{
    /// <summary>Before any replica was measured.</summary>
    private const double AtFirst = 4000;

    private const double Memory = 0.95;
    private double _value;

    public double Value => Volatile.Read(ref _value) is > 0 and var learnt ? learnt : AtFirst;

    /// <summary>Two at once may lose one measurement; there will be more.</summary>
    public void Learn(double rate)
    {
        var before = Volatile.Read(ref _value);
        Volatile.Write(ref _value, before > 0 ? (before * Memory) + (rate * (1 - Memory)) : rate);
    }
}
