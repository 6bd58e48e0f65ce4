namespace Sky.Core.Metering;

/// <summary>How long it is remembered which settlements were added. It bounds what is kept of gateways that are no more.</summary>
public static class UsageMemory
{
    /// <summary>A settlement older than this is not added any more.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromDays(400);

    /// <summary>
    /// What is known of a run that nothing was added of for this long may go: all that it was about is too old to be added again. The day
    /// between is for clocks that differ.
    /// </summary>
    public static readonly TimeSpan Kept = Oldest + TimeSpan.FromDays(1);
}
