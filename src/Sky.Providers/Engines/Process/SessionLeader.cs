namespace Sky.Providers.Engines.Process;

/// <summary>The first process of a stage.</summary>
/// <param name="Pid">Its process id: also of its group and its session.</param>
/// <param name="StartTicks">Its start in clock ticks since boot: tells it from a later process with the same pid. 0 where not known.</param>
internal readonly record struct SessionLeader(int Pid, long StartTicks);
