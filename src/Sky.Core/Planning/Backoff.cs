namespace Sky.Core.Planning;

/// <summary>Capped exponential waits.</summary>
internal static class Backoff
{
    /// <summary>Between attempts of one effect: 1 s, doubled each time, at most 60 s.</summary>
    public static TimeSpan OfEffect(int attempts) => Doubling(attempts, 60);

    /// <summary>Before a version's next launch: none after its first failure, then 1 s, doubled each time, at most 300 s.</summary>
    public static TimeSpan OfVersion(int failuresInARow) => failuresInARow <= 1 ? TimeSpan.Zero : Doubling(failuresInARow - 1, 300);

    private static TimeSpan Doubling(int times, double cap) => TimeSpan.FromSeconds(Math.Min(cap, Math.Pow(2, Math.Min(times, 20) - 1)));
}
