using Sky.Providers.Clouds.Azure.Catalog;

namespace Sky.Providers.Clouds.Azure;

/// <summary>Where and how nodes are made at Azure.</summary>
public sealed record AzureSettings
{
    public const string SubscriptionSetting = "AZURE_SUBSCRIPTION_ID";
    public const string RegionsSetting = "SKY_AZURE_REGIONS";
    public const string ImageSetting = "SKY_AZURE_IMAGE";
    public const string GpuImageSetting = "SKY_AZURE_GPU_IMAGE";
    public const string IdentitySetting = "SKY_AZURE_NODE_IDENTITY";
    public const string EncryptionSetting = "SKY_AZURE_ENCRYPTION_AT_HOST";
    public const string DiskSetting = "SKY_AZURE_DISK_GB";

    /// <summary>The variables of our own, in the order in which they are documented.</summary>
    public static IReadOnlyList<string> Variables { get; } = [RegionsSetting, ImageSetting, GpuImageSetting, DiskSetting, IdentitySetting, AzureCatalog.ManagementSetting, EncryptionSetting];

    /// <summary>Its id; null: nothing is bought at Azure.</summary>
    public string? Subscription { get; init; }

    /// <summary>The address of Azure's management.</summary>
    public Uri Management { get; init; } = new("https://management.azure.com/");

    public AllowedSources AllowFrom { get; init; } = AllowedSources.None;

    /// <summary>The only regions that are used; empty: all of the catalog.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>What nodes without a GPU start from; null: Debian 12 for their processors.</summary>
    public AzureImage? Image { get; init; }

    /// <summary>What nodes with GPUs start from; null: Microsoft's Ubuntu with NVIDIA's driver.</summary>
    public AzureImage? GpuImage { get; init; }

    /// <summary>The resource id of a user-assigned managed identity that nodes get; null: they get none.</summary>
    public string? NodeIdentity { get; init; }

    /// <summary>Also encrypts what the host keeps of a node's disks; the subscription must have the feature.</summary>
    public bool EncryptionAtHost { get; init; }

    /// <summary>The size of a node's disk, in GiB.</summary>
    public int DiskGiB { get; init; } = 128;

    /// <summary>How long what was listed counts as present: Azure lets a subscription list its machines some 900 times in half an hour.</summary>
    public TimeSpan ListingKept { get; init; } = TimeSpan.FromSeconds(5);

    /// <param name="variable">The value of a variable; null when it is not set.</param>
    /// <exception cref="FormatException">One is not right; the message begins with its name and says what would be.</exception>
    public static AzureSettings Read(Func<string, string?> variable) => new()
    {
        Subscription = Text(variable, SubscriptionSetting),
        Management = Address(Text(variable, AzureCatalog.ManagementSetting)),
        AllowFrom = Parsed(AllowedSources.Setting, variable, AllowedSources.Parse),
        Regions = [.. (Text(variable, RegionsSetting) ?? "").ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        Image = Parsed(ImageSetting, variable, AzureImage.Parse),
        GpuImage = Parsed(GpuImageSetting, variable, AzureImage.Parse),
        NodeIdentity = Parsed(IdentitySetting, variable, Identity),
        EncryptionAtHost = Parsed(EncryptionSetting, variable, Flag),
        DiskGiB = Parsed(DiskSetting, variable, Size),
    };

    private static string? Text(Func<string, string?> variable, string name) => variable(name) is { } text && text.Trim() is { Length: > 0 } given ? given : null;

    private static T Parsed<T>(string name, Func<string, string?> variable, Func<string?, T> parse)
    {
        try
        {
            return parse(Text(variable, name));
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"{name} {wrong.Message}", wrong);
        }
    }

    private static Uri Address(string? text)
    {
        if (text is null)
        {
            return new AzureSettings().Management;
        }

        return Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
                ? address
                : throw new FormatException($"{AzureCatalog.ManagementSetting} must be an https address, or an http one of this machine: no token goes anywhere else. Found: '{text}'");
    }

    private static string? Identity(string? text) =>
        text is null || (text.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase) && text.Contains("/Microsoft.ManagedIdentity/userAssignedIdentities/", StringComparison.OrdinalIgnoreCase))
            ? text
            : throw new FormatException($"must be the resource id of a user-assigned identity, such as /subscriptions/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/NAME. Found: '{text}'");

    private static bool Flag(string? text) => text?.ToLowerInvariant() switch
    {
        null or "0" or "false" or "no" => false,
        "1" or "true" or "yes" => true,
        _ => throw new FormatException($"must be 1 or 0. Found: '{text}'"),
    };

    private static int Size(string? text) =>
        text is null ? new AzureSettings().DiskGiB
        : int.TryParse(text, out var size) && size is >= 30 and <= 4095 ? size
        : throw new FormatException($"must be a whole number of GiB from 30 to 4095. Found: '{text}'");
}
