namespace Sky.Core.Specs.Reading;

/// <summary>What <c>infra: cloud[/region[/zone]]</c> names; null where it is a star or left out.</summary>
internal sealed record InfraPlace(string? Cloud, string? Region, string? Zone)
{
    public static InfraPlace Any { get; } = new(null, null, null);

    /// <summary>Null when it is not of that form.</summary>
    public static InfraPlace? Parse(string infra)
    {
        var parts = infra.Trim().TrimEnd('/').Split('/');
        if (parts.Any(part => part.Trim().Length == 0))
        {
            return null;
        }
        var cloud = Named(parts[0])?.ToLowerInvariant();
        if (cloud is "k8s" or "kubernetes" or "ssh")
        {
            // A context of Kubernetes may have slashes in its name.
            return new(cloud is "ssh" ? cloud : "kubernetes", parts.Length > 1 ? Named(string.Join('/', parts[1..])) : null, null);
        }
        return parts.Length > 3 ? null : new(cloud, parts.Length > 1 ? Named(parts[1]) : null, parts.Length > 2 ? Named(parts[2]) : null);
    }

    private static string? Named(string part) => part.Trim() is "*" ? null : part.Trim();
}
