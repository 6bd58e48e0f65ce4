namespace Sky.Providers.Aws;

/// <summary>How one of AWS's services is called.</summary>
/// <param name="Name">As in the variable of its address, such as <c>ECR</c>.</param>
/// <param name="Host">The first part of its host, such as <c>api.ecr</c>.</param>
/// <param name="SigningName">Its name in signatures, such as <c>ecr</c>.</param>
/// <param name="Target">What stands before the operation in <c>X-Amz-Target</c>.</param>
internal sealed record AwsService(string Name, string Host, string SigningName, string Target)
{
    /// <summary>Of AWS's JSON protocol.</summary>
    public string JsonVersion { get; init; } = "1.1";
}
