namespace Sky.Gateway.Admission;

/// <summary>
/// How many held requests go on when a service wakes: at first so many to each replica, then one more for each answer that begins and, so that
/// long prompts do not hold up the rest, as many again each second. Those that the replica has not begun to answer count. It reads no clock. Not
/// safe for concurrent use.
/// </summary>
internal sealed class ReleaseRamp
{
    private int _unanswered;
    private int _grown;
    private TimeSpan? _began;

    /// <param name="replicas">Those that may get requests.</param>
    /// <param name="atOnce">What each gets at first.</param>
    /// <param name="now">Time since some start.</param>
    public bool MayRelease(int replicas, int atOnce, TimeSpan now)
    {
        var seconds = _began is { } began ? (long)(now - began).TotalSeconds : 0;
        return _unanswered < ((1 + seconds) * replicas * atOnce) + _grown;
    }

    public void Released(TimeSpan now)
    {
        _began ??= now;
        _unanswered++;
    }

    /// <summary>One that was released is answered, or over.</summary>
    public void Left(bool answered)
    {
        _unanswered--;
        _grown += answered ? 1 : 0;
    }

    /// <summary>Nobody waits any more: the next ones begin at the bottom.</summary>
    public void Reset() => (_began, _grown) = (null, 0);
}
