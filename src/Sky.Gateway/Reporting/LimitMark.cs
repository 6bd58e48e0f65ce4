namespace Sky.Gateway.Reporting;

/// <summary>What was told of an allowance last.</summary>
/// <param name="At">When, as a timestamp.</param>
/// <param name="Asked">All that had been asked for by then.</param>
/// <param name="Spent">US dollars spent by then.</param>
/// <param name="Room">The slice of requests at one time that was in force.</param>
/// <param name="Idle">It was told that nothing is wanted.</param>
internal sealed record LimitMark(long At, (long Requests, long Tokens, decimal Money) Asked, decimal Spent, long? Room, bool Idle);
