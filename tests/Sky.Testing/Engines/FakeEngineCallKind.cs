namespace Sky.Testing.Engines;

/// <summary>The verbs of <see cref="Sky.Core.Engines.IEngine"/>.</summary>
public enum FakeEngineCallKind
{
    Run,
    Stop,
    List,
    Forget,
    Logs,
}
