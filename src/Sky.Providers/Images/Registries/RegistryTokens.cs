using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sky.Core.Images;
using Sky.Providers.Registries;

namespace Sky.Providers.Images.Registries;

/// <summary>
/// Exchanges credentials for the bearer token of one repository, by the token specification of the distribution project: GET with basic
/// credentials or none, POST with a refresh token.
/// </summary>
internal sealed class RegistryTokens(HttpClient http)
{
    private const string ClientId = "skyswarm";

    public async Task<AuthenticationHeaderValue> AuthorizeAsync(AuthChallenge challenge, string registry, string repository, RegistryLogin? credential, CancellationToken cancellationToken)
    {
        if (challenge.IsBasic)
        {
            return credential is null ? throw NoCredential(registry) : Basic(credential);
        }
        using var request = Request(challenge, repository, credential);
        RefusePlain(challenge.Realm!, registry, credential);
        using var response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
        {
            throw credential is null ? NoCredential(registry) : new ImageException(ImageFailure.Unauthorized, $"{registry} does not accept the name and password for it.");
        }
        if (!response.IsSuccessStatusCode)
        {
            throw new ImageException(ImageFailure.Unavailable, $"{challenge.Realm!.Host}, which gives tokens for {registry}, answers with {(int)response.StatusCode}.");
        }
        return new("Bearer", await TokenAsync(response, registry, cancellationToken));
    }

    private static HttpRequestMessage Request(AuthChallenge challenge, string repository, RegistryLogin? credential)
    {
        var scope = challenge.Scope ?? $"repository:{repository}:pull";
        if (credential?.IdentityToken is { } refresh)
        {
            var form = new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token", ["client_id"] = ClientId, ["scope"] = scope, ["service"] = challenge.Service ?? "", ["refresh_token"] = refresh,
            };
            return new(HttpMethod.Post, challenge.Realm) { Content = new FormUrlEncodedContent(form) };
        }
        var separator = challenge.Realm!.Query.Length == 0 ? '?' : '&';
        var service = challenge.Service is null ? "" : $"service={Uri.EscapeDataString(challenge.Service)}&";
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{challenge.Realm}{separator}{service}scope={Uri.EscapeDataString(scope)}"));
        request.Headers.Authorization = credential is null ? null : Basic(credential);
        return request;
    }

    // A registry reached by TLS may not have the password sent in the clear.
    private static void RefusePlain(Uri realm, string registry, RegistryLogin? credential)
    {
        if (credential is not null && realm.Scheme != Uri.UriSchemeHttps && !realm.IsLoopback)
        {
            throw new ImageException(ImageFailure.Unauthorized, $"{registry} asks for its password at {realm.Scheme}://{realm.Authority}, which is not encrypted: it was not sent.");
        }
    }

    private static async Task<string> TokenAsync(HttpResponseMessage response, string registry, CancellationToken cancellationToken)
    {
        try
        {
            using var json = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
            foreach (var name in (ReadOnlySpan<string>)["token", "access_token"])
            {
                if (json.RootElement.TryGetProperty(name, out var token) && token.GetString() is { Length: > 0 } text)
                {
                    return text;
                }
            }
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
        }
        throw new ImageException(ImageFailure.Unavailable, $"The token that {registry} needs is not in the answer of {response.RequestMessage!.RequestUri!.Host}.");
    }

    private static AuthenticationHeaderValue Basic(RegistryLogin credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.IdentityToken ?? credential.Password}")));

    private static ImageException NoCredential(string registry) => new(
        ImageFailure.Unauthorized,
        $"{registry} asks who you are: run `docker login {registry}`, or set {string.Join(", ", TaskCredentials.Variables)}.");
}
