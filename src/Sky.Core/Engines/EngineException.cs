namespace Sky.Core.Engines;

/// <summary>An expected failure of an engine. The message is one sentence a person can act on and holds no secret.</summary>
public sealed class EngineException(EngineFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public EngineFailure Failure { get; } = failure;
}
