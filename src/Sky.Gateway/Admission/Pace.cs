namespace Sky.Gateway.Admission;

/// <summary>How fast requests that wait are released. Time in which nobody waits says nothing of it, and does not count.</summary>
internal sealed class Pace(TimeProvider time)
{
    private const int Kept = 32;

    /// <summary>When the waiting began, then the releases since; of many the last ones.</summary>
    private readonly Queue<long> _marks = new(Kept);
    private double? _secondsBefore;

    /// <summary>Nobody waited, and now one does.</summary>
    public void Began()
    {
        _marks.Clear();
        Mark();
    }

    public void Released()
    {
        Mark();
        _secondsBefore = SecondsEach;
    }

    /// <summary>The time that as many more take; null when none was ever released.</summary>
    public double? SecondsFor(int more) => SecondsEach * more;

    private double? SecondsEach
    {
        get
        {
            if (_marks.Count == 0)
            {
                return null;
            }

            var since = time.GetElapsedTime(_marks.Peek()).TotalSeconds;
            return _marks.Count > 1 ? since / (_marks.Count - 1)
                : _secondsBefore is { } before ? Math.Max(before, since) : null;
        }
    }

    private void Mark()
    {
        if (_marks.Count == Kept)
        {
            _marks.Dequeue();
        }

        _marks.Enqueue(time.GetTimestamp());
    }
}
