using Azure.Core;
using Azure.Identity;
using Sky.Providers.Catalogs;

namespace Sky.Providers.Clouds.Azure.Catalog;

/// <summary>How Azure's catalog is brought up to date: sizes, regions and zones, then prices.</summary>
public static class AzureCatalog
{
    /// <summary>Another address than that of Azure's management.</summary>
    public const string ManagementSetting = "SKY_AZURE_MANAGEMENT_URL";

    /// <summary>Another address than that of Azure's retail prices.</summary>
    public const string PricesSetting = "SKY_AZURE_PRICES_URL";

    /// <param name="http">Used for all requests.</param>
    /// <param name="variable">The environment: <c>AZURE_SUBSCRIPTION_ID</c>, <see cref="ManagementSetting"/>, <see cref="PricesSetting"/>.</param>
    /// <param name="time">The dates of what is found, and pauses.</param>
    /// <param name="identity">Who asks; null: what Azure's library finds on this machine.</param>
    public static IReadOnlyList<CatalogStep> Steps(HttpClient http, Func<string, string?> variable, TimeProvider time, TokenCredential? identity = null)
    {
        var json = new PagedJson(http, time);
        var access = new AzureAccess(
            new Lazy<TokenCredential>(() => identity ?? new DefaultAzureCredential()),
            Address(variable(ManagementSetting), "https://management.azure.com/"),
            variable("AZURE_SUBSCRIPTION_ID") is { Length: > 0 } subscription ? subscription : null);
        return [new AzureSkus(json, access, time).Step, new AzureRetailPrices(json, Address(variable(PricesSetting), "https://prices.azure.com/"), time).Step];
    }

    private static Uri Address(string? given, string usual) =>
        new(string.IsNullOrEmpty(given) ? usual : given.EndsWith('/') ? given : given + "/", UriKind.Absolute);
}
