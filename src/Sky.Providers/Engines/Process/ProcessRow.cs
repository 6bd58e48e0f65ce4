namespace Sky.Providers.Engines.Process;

/// <summary>One living process.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="Parent">Its parent's id.</param>
/// <param name="Session">The id of its session's leader, who may be gone.</param>
/// <param name="StartTicks">Its start in clock ticks since boot.</param>
internal readonly record struct ProcessRow(int Pid, int Parent, int Session, long StartTicks);
