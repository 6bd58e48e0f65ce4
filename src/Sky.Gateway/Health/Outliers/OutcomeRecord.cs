namespace Sky.Gateway.Health.Outliers;

/// <summary>What one replica made of its requests lately, and whether it is left out for it. Counts may be added to from any thread.</summary>
internal sealed class OutcomeRecord
{
    private int _inARow;
    private int _succeeded;
    private int _failed;
    private volatile bool _ejected;

    /// <summary>Failures since the last success.</summary>
    public int InARow => Volatile.Read(ref _inARow);

    public bool Ejected => _ejected;

    /// <summary>How often in a row it was ejected; each interval that it stays takes one off. Owned by <see cref="OutlierDetector"/>.</summary>
    public int Ejections { get; set; }

    /// <summary>When it comes back, while it is ejected. Owned by <see cref="OutlierDetector"/>.</summary>
    public TimeSpan EjectedUntil { get; private set; }

    public void Succeeded()
    {
        if (InARow != 0)
        {
            Volatile.Write(ref _inARow, 0);
        }

        Interlocked.Increment(ref _succeeded);
    }

    public void Failed()
    {
        Interlocked.Increment(ref _inARow);
        Interlocked.Increment(ref _failed);
    }

    public void Eject(TimeSpan until)
    {
        EjectedUntil = until;
        Ejections++;
        _ejected = true;
    }

    public void Return()
    {
        Volatile.Write(ref _inARow, 0);
        _ejected = false;
    }

    /// <summary>The counts since the last call.</summary>
    public (int Succeeded, int Failed) Take() => (Interlocked.Exchange(ref _succeeded, 0), Interlocked.Exchange(ref _failed, 0));
}
