using System.Net;
using Sky.Core.Images;

namespace Sky.Providers.Images.Registries;

/// <summary>Where a registry's API is. Plain HTTP only for loopback and for what is listed as insecure.</summary>
internal static class RegistryAddress
{
    public const string InsecureVariable = "SKY_INSECURE_REGISTRIES";

    public static Uri Of(string registry, Func<string, string?> variable)
    {
        var host = registry == ImageReference.DockerHub ? "registry-1.docker.io" : registry;
        var insecure = (variable(InsecureVariable) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Contains(registry, StringComparer.OrdinalIgnoreCase);
        return Uri.TryCreate($"{(insecure || IsLoopback(host) ? "http" : "https")}://{host}/", UriKind.Absolute, out var uri)
            ? uri
            : throw new ImageException(ImageFailure.Invalid, $"{registry} is not the address of a registry.");
    }

    private static bool IsLoopback(string host) =>
        Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var uri) && (uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}
