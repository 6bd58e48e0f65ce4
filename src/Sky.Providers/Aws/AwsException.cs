namespace Sky.Providers.Aws;

/// <summary>AWS refuses a call or cannot be reached. The message is a sentence for a person and holds no secret.</summary>
/// <param name="code">AWS's own word, such as <c>RepositoryNotFoundException</c>.</param>
/// <param name="message">What is wrong.</param>
/// <param name="mayPass">Trying again later may help.</param>
/// <param name="inner">Its cause.</param>
internal sealed class AwsException(string code, string message, bool mayPass, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;

    public bool MayPass { get; } = mayPass;
}
