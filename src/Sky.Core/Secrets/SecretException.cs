namespace Sky.Core.Secrets;

/// <summary>A secret could not be had. The message names it and what to do, and holds no value.</summary>
public sealed class SecretException(SecretFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public SecretFailure Failure => failure;
}
