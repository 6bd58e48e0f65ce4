using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Identity;
using Sky.Core.Images;
using Sky.Providers.Registries;

namespace Sky.Providers.Images.Registries;

/// <summary>Azure Container Registry: a token of Entra ID is exchanged at the registry for a refresh token, which serves as a password.</summary>
/// <param name="http">Used for the exchange.</param>
/// <param name="identity">Who we are at Azure.</param>
internal sealed class AcrLogin(HttpClient http, Func<TokenCredential> identity) : ICloudLogin
{
    // The name that the registry has for a refresh token given as a password.
    private const string TokenUser = "00000000-0000-0000-0000-000000000000";
    private const string Scope = "https://containerregistry.azure.net/.default";

    public bool Owns(string registry) =>
        registry.EndsWith(".azurecr.io", StringComparison.Ordinal) || registry.EndsWith(".azurecr.cn", StringComparison.Ordinal) || registry.EndsWith(".azurecr.us", StringComparison.Ordinal);

    public async Task<RegistryLogin?> LoginAsync(string registry, CancellationToken cancellationToken)
    {
        var token = await TokenAsync(registry, cancellationToken);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "access_token", ["service"] = registry, ["access_token"] = token,
        });
        try
        {
            using var response = await http.PostAsync(new Uri($"https://{registry}/oauth2/exchange"), form, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new ImageException(ImageFailure.Unauthorized, $"{registry} does not accept your Azure identity (status {(int)response.StatusCode}): it needs the role AcrPull, and AcrPush to push.");
            }
            return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))?["refresh_token"]?.GetValue<string>() is { } refresh
                ? new() { Username = TokenUser, Password = refresh }
                : throw new ImageException(ImageFailure.Unavailable, $"{registry} gives no refresh token.");
        }
        catch (Exception bad) when (bad is HttpRequestException or JsonException)
        {
            throw new ImageException(ImageFailure.Unavailable, $"{registry} cannot be asked for a token: {bad.Message}", bad);
        }
    }

    private async Task<string> TokenAsync(string registry, CancellationToken cancellationToken)
    {
        try
        {
            return (await identity().GetTokenAsync(new TokenRequestContext([Scope]), cancellationToken)).Token;
        }
        catch (AuthenticationFailedException bad)
        {
            throw new ImageException(ImageFailure.Unauthorized, $"{registry} needs an Azure identity, and this machine has none: run `az login` or `docker login {registry}`.", bad);
        }
    }
}
