using System.Text.RegularExpressions;

namespace Sky.Providers.Images.Registries;

/// <summary>What the host of an Amazon registry says: <c>ACCOUNT.dkr.ecr.REGION.amazonaws.com</c>.</summary>
internal sealed partial record EcrRegistry(string Account, string Region)
{
    /// <summary>Null where it is no such host.</summary>
    public static EcrRegistry? Of(string registry) =>
        Host().Match(registry) is { Success: true } match ? new(match.Groups[1].Value, match.Groups[2].Value) : null;

    [GeneratedRegex(@"\A([0-9]{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?)\z")]
    private static partial Regex Host();
}
