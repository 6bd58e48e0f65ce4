using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Sky.Core.Secrets;
using Sky.Core.Specs;

namespace Sky.Providers.Secrets;

/// <summary>Secrets of an Azure key vault, with the identity that Azure's own libraries find.</summary>
/// <param name="credential">Who asks.</param>
/// <param name="options">How; null: as usual.</param>
public sealed class AzureSecrets(Func<TokenCredential> credential, SecretClientOptions? options) : ISecretProvider
{
    private readonly Lazy<TokenCredential> _credential = new(credential);

    public AzureSecrets()
        : this(() => new DefaultAzureCredential(), null)
    {
    }

    public string Name => "azure-keyvault";

    public async Task<SecretValue> ResolveAsync(SecretReference reference, CancellationToken cancellationToken)
    {
        var (name, vault) = (reference.Name, Address(reference.Vault));
        try
        {
            var client = new SecretClient(vault, _credential.Value, options);
            return new SecretValue((await client.GetSecretAsync(name, reference.Version, cancellationToken)).Value.Value);
        }
        catch (RequestFailedException error) when (error.Status is 404)
        {
            throw new SecretException(SecretFailure.NotFound, $"Key vault {vault.Host} has no secret {name}: check its name and version.", error);
        }
        catch (RequestFailedException error) when (error.Status is 401 or 403)
        {
            throw new SecretException(SecretFailure.Denied, $"Key vault {vault.Host} does not let this controller read {name}: give its identity the role Key Vault Secrets User.", error);
        }
        catch (AuthenticationFailedException error)
        {
            throw new SecretException(SecretFailure.Denied, $"This controller has no identity with which to ask key vault {vault.Host}: sign in with `az login`, or give it a managed identity.", error);
        }
        catch (Exception error) when (error is RequestFailedException { Status: 400 } or ArgumentException)
        {
            throw new SecretException(SecretFailure.Invalid, $"Key vault {vault.Host} does not take '{name}' as the name of a secret.", error);
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException or HttpRequestException)
        {
            throw new SecretException(SecretFailure.Unavailable, $"Key vault {vault.Host} could not be asked for {name}.", error);
        }
    }

    private static Uri Address(string? vault) =>
        Uri.TryCreate(vault?.Contains('.', StringComparison.Ordinal) == true ? (vault.Contains("://", StringComparison.Ordinal) ? vault : "https://" + vault) : $"https://{vault}.vault.azure.net", UriKind.Absolute, out var address)
        && address.Scheme == Uri.UriSchemeHttps
            ? address
            : throw new SecretException(SecretFailure.Invalid, $"'{vault}' is neither the name nor the https address of a key vault.");
}
