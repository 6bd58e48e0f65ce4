namespace Sky.Providers.Clouds.Aws;

/// <summary>An image as a launch needs it.</summary>
/// <param name="Id">Such as <c>ami-0123456789abcdef0</c>.</param>
/// <param name="RootDevice">The name of its first disk, such as <c>/dev/xvda</c>.</param>
/// <param name="LeastGb">That disk may not be smaller.</param>
internal sealed record AwsImage(string Id, string RootDevice, int LeastGb);
