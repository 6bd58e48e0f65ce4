namespace Sky.Gateway.Admission;

/// <summary>How fast requests were released lately.</summary>
internal sealed class Pace(TimeProvider time)
{
    private const int Kept = 32;
    private readonly Queue<long> _released = new(Kept);

    public void Released()
    {
        if (_released.Count == Kept)
        {
            _released.Dequeue();
        }

        _released.Enqueue(time.GetTimestamp());
    }

    /// <summary>The time that as many more take; null when fewer than two were released.</summary>
    public double? SecondsFor(int more) =>
        _released.Count < 2 ? null : time.GetElapsedTime(_released.Peek()).TotalSeconds / (_released.Count - 1) * more;
}
