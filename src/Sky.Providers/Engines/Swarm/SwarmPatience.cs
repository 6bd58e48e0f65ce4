namespace Sky.Providers.Engines.Swarm;

/// <summary>
/// When managers' word that a node is down counts. One that was cut off itself, or has just begun to lead, calls nodes down that have had no chance to tell
/// it otherwise: their agents come back within <see cref="Time"/>, and Swarm starts there again what it has ended meanwhile. Safe for concurrent use.
/// </summary>
internal sealed class SwarmPatience(TimeProvider time)
{
    /// <summary>Swarm's agents try to reach a manager again at least every 8 seconds (the longest back-off of a session in swarmkit), and are heard of after that.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private DateTimeOffset? _heardSince;

    /// <summary>Managers could not be asked.</summary>
    public void Silent()
    {
        lock (_gate)
        {
            _heardSince = null;
        }
    }

    /// <summary>Managers have answered. True where they have done so for long enough.</summary>
    public bool Heard()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            _heardSince ??= now;
            return now - _heardSince >= Time;
        }
    }
}
