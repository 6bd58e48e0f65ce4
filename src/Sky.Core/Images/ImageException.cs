namespace Sky.Core.Images;

/// <summary>An expected failure around an image. The message is one sentence a person can act on and holds no secret.</summary>
public sealed class ImageException(ImageFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public ImageFailure Failure { get; } = failure;
}
