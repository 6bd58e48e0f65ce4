using System.Text.Json;
using Azure.Core;
using Azure.Identity;
using Sky.Providers.Catalogs;

namespace Sky.Providers.Clouds.Azure.Catalog;

/// <summary>Where Azure's management is asked, and as whom: with the identity that Azure's own library finds on this machine.</summary>
/// <param name="identity">Who asks.</param>
/// <param name="management">The address of Azure's management.</param>
/// <param name="subscription">Its id; null: the only one that the identity sees.</param>
internal sealed class AzureAccess(Lazy<TokenCredential> identity, Uri management, string? subscription)
{
    private const string Scope = "https://management.azure.com/.default";

    public async ValueTask<string> TokenAsync(CancellationToken cancellationToken)
    {
        if (management.Scheme != Uri.UriSchemeHttps && !management.IsLoopback)
        {
            throw new CatalogException($"{management} is not https: no token is sent there.");
        }

        try
        {
            return (await identity.Value.GetTokenAsync(new TokenRequestContext([Scope]), cancellationToken)).Token;
        }
        catch (AuthenticationFailedException bad)
        {
            throw new CatalogException("This machine has no identity at Azure: sign in with `az login`, or give it a managed identity.", bad);
        }
    }

    /// <summary>The list of sizes of the subscription.</summary>
    public async Task<Uri> SkusAsync(PagedJson json, CancellationToken cancellationToken) => new(
        management, $"subscriptions/{Uri.EscapeDataString(subscription ?? await OnlyOneAsync(json, cancellationToken))}/providers/Microsoft.Compute/skus?api-version=2021-07-01");

    private async Task<string> OnlyOneAsync(PagedJson json, CancellationToken cancellationToken)
    {
        List<string> enabled = [];
        await foreach (var page in json.PagesAsync(new Uri(management, "subscriptions?api-version=2022-12-01"), "nextLink", TokenAsync, cancellationToken))
        {
            enabled.AddRange(page.GetProperty("value").EnumerateArray().Where(IsEnabled).Select(one => one.GetProperty("subscriptionId").GetString()!));
        }

        return enabled is [var only]
            ? only
            : throw new CatalogException($"Your identity sees {enabled.Count} subscriptions of Azure: name one in AZURE_SUBSCRIPTION_ID.");
    }

    private static bool IsEnabled(JsonElement subscription) => !subscription.TryGetProperty("state", out var state) || state.GetString() == "Enabled";
}
