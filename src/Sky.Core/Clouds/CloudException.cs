namespace Sky.Core.Clouds;

/// <summary>An expected failure of a cloud. The message is one sentence a person can act on and holds no secret.</summary>
public sealed class CloudException(CloudFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public CloudFailure Failure { get; } = failure;
}
