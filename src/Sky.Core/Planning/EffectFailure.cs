using Sky.Core.Engines;

namespace Sky.Core.Planning;

/// <summary>An effect that failed.</summary>
public sealed record EffectFailure(DateTimeOffset At, EngineFailure Failure, string Message);
