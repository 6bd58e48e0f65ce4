namespace Sky.Gateway.LoadBalancing.Accounting;

/// <summary>The way to one replica and back, as its connections took to open. Safe for concurrent use.</summary>
internal sealed class RoundTrip
{
    /// <summary>A slower connection counts little: it waited for something else than the way.</summary>
    private const double Slower = 0.1;

    private double _seconds;

    /// <summary>0 before the first connection.</summary>
    public double Seconds => Volatile.Read(ref _seconds);

    public void Add(double seconds)
    {
        var before = Volatile.Read(ref _seconds);
        Volatile.Write(ref _seconds, before == 0 || seconds < before ? seconds : before + (Slower * (seconds - before)));
    }
}
