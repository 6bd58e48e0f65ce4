namespace Sky.Providers.Engines.Process;

/// <summary>The wish that a replica ends; the content of <c>stop.json</c>.</summary>
/// <param name="At">When it was asked for.</param>
/// <param name="GraceSeconds">From the polite signal to the hard one.</param>
internal sealed record StopMark(DateTimeOffset At, double GraceSeconds);
