using Sky.Core.Services;

namespace Sky.Testing.Engines;

/// <summary>One call that reached the engine.</summary>
/// <param name="Kind">The verb.</param>
/// <param name="Replica">Null for <see cref="FakeEngineCallKind.List"/>.</param>
/// <param name="At">When.</param>
public sealed record FakeEngineCall(FakeEngineCallKind Kind, ReplicaKey? Replica, DateTimeOffset At);
