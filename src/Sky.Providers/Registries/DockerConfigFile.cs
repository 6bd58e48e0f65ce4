using System.Text;
using System.Text.Json;
using Sky.Core.Images;

namespace Sky.Providers.Registries;

/// <summary>The logins in Docker's own <c>config.json</c>, as <c>docker login</c> writes them: in it, or in a credential store that it names.</summary>
/// <param name="path">The file; one that is not there has no logins.</param>
/// <param name="helper">Asks a credential store.</param>
internal sealed class DockerConfigFile(string path, CredentialHelper helper)
{
    private const string HubKey = "https://index.docker.io/v1/";

    /// <summary>The file of whoever runs this program.</summary>
    public static string DefaultPath => Path.Combine(
        Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker"),
        "config.json");

    /// <summary>The login for this registry; null for none.</summary>
    /// <exception cref="RegistryLoginException">The file or its credential store cannot be read.</exception>
    public async Task<RegistryLogin?> FindAsync(string registry, CancellationToken cancellationToken)
    {
        using var config = await ReadAsync(cancellationToken);
        if (config is null)
        {
            return null;
        }

        var root = config.RootElement;
        var key = registry == ImageReference.DockerHub ? HubKey : registry;
        if ((Text(root, "credHelpers", registry) ?? Text(root, "credHelpers", key) ?? Text(root, "credsStore")) is { Length: > 0 } store
            && await helper.GetAsync(store, key, cancellationToken) is { } kept)
        {
            return kept;
        }

        return Logins(root).FirstOrDefault(login => SameRegistry(login.Key, registry)) is { Key: not null } found ? LoginOf(found.Value) : null;
    }

    private async Task<JsonDocument?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new RegistryLoginException($"Docker's configuration {path} cannot be read: {error.Message}", error);
        }
    }

    private static IEnumerable<KeyValuePair<string, JsonElement>> Logins(JsonElement root) =>
        root.TryGetProperty("auths", out var logins) && logins.ValueKind == JsonValueKind.Object
            ? logins.EnumerateObject().Select(login => KeyValuePair.Create(login.Name, login.Value))
            : [];

    /// <summary>Keys are hosts, or addresses as older versions wrote them.</summary>
    private static bool SameRegistry(string key, string registry)
    {
        var host = key.Split("://")[^1].Split('/')[0];
        return host == registry || (registry == ImageReference.DockerHub && host is "index.docker.io" or "registry-1.docker.io");
    }

    private static RegistryLogin? LoginOf(JsonElement login)
    {
        var token = Text(login, "identitytoken");
        var (username, password) = (Text(login, "username"), Text(login, "password"));
        if (Text(login, "auth") is { Length: > 0 } auth)
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(auth)).TrimEnd('\0').Split(':', 2);
            (username, password) = (pair[0], pair.Length > 1 ? pair[1] : "");
        }

        return username is null && token is null ? null : new RegistryLogin { Username = username, Password = password, IdentityToken = token };
    }

    private static string? Text(JsonElement json, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
            {
                return null;
            }
        }

        return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
    }
}
