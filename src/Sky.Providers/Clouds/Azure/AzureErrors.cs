using System.Collections.Frozen;
using Azure;
using Azure.Identity;
using Sky.Core.Clouds;

namespace Sky.Providers.Clouds.Azure;

/// <summary>
/// What each error of Azure means for us. Codes are those of Microsoft's pages "Resolve errors for resource not found / SKU not available / quota
/// exceeded / allocation failed", "Error messages for Azure Spot Virtual Machines", "Resource Manager throttling" and "Common Azure deployment errors".
/// What is not in the table goes by its HTTP status.
/// </summary>
internal static class AzureErrors
{
    private const int LongestReason = 300;

    private static readonly FrozenDictionary<string, CloudFailure> _codes = new Dictionary<string, CloudFailure>
    {
        ["AllocationFailed"] = CloudFailure.NoCapacity,
        ["ZonalAllocationFailed"] = CloudFailure.NoCapacity,
        ["OverconstrainedAllocationRequest"] = CloudFailure.NoCapacity,
        ["OverconstrainedZonalAllocationRequest"] = CloudFailure.NoCapacity,
        ["SkuNotAvailable"] = CloudFailure.NoCapacity,
        ["SpotPriceGreaterThanProvidedMaxPrice"] = CloudFailure.NoCapacity,
        ["OperationPreempted"] = CloudFailure.NoCapacity,

        ["QuotaExceeded"] = CloudFailure.Quota,
        ["ResourceQuotaExceeded"] = CloudFailure.Quota,
        ["ResourceGroupQuotaExceeded"] = CloudFailure.Quota,

        ["AuthorizationFailed"] = CloudFailure.Unauthorized,
        ["LinkedAuthorizationFailed"] = CloudFailure.Unauthorized,
        ["AuthenticationFailed"] = CloudFailure.Unauthorized,
        ["InvalidAuthenticationToken"] = CloudFailure.Unauthorized,
        ["InvalidAuthenticationTokenTenant"] = CloudFailure.Unauthorized,
        ["ExpiredAuthenticationToken"] = CloudFailure.Unauthorized,
        ["SubscriptionNotFound"] = CloudFailure.Unauthorized,
        ["InvalidSubscriptionId"] = CloudFailure.Unauthorized,
        ["ReadOnlyDisabledSubscription"] = CloudFailure.Unauthorized,
        ["MissingSubscriptionRegistration"] = CloudFailure.Unauthorized,
        ["SubscriptionNotRegistered"] = CloudFailure.Unauthorized,
        ["AzureSpotFeatureNotEnabledForSubscription"] = CloudFailure.Unauthorized,

        ["RequestDisallowedByPolicy"] = CloudFailure.Invalid,
        ["LocationNotAvailableForResourceType"] = CloudFailure.Invalid,
        ["PropertyChangeNotAllowed"] = CloudFailure.Invalid,
        ["OperationNotAllowed"] = CloudFailure.Invalid,
        ["PlatformImageNotFound"] = CloudFailure.Invalid,
        ["ImageNotFound"] = CloudFailure.Invalid,

        ["TooManyRequests"] = CloudFailure.Throttled,
        ["OperationThrottled"] = CloudFailure.Throttled,
        ["SubscriptionRequestsThrottled"] = CloudFailure.Throttled,
        ["ResourceRequestsThrottled"] = CloudFailure.Throttled,

        ["ResourceNotFound"] = CloudFailure.NotFound,
        ["ResourceGroupNotFound"] = CloudFailure.NotFound,
        ["InvalidResourceReference"] = CloudFailure.NotFound,
        ["ParentResourceNotFound"] = CloudFailure.NotFound,

        ["Conflict"] = CloudFailure.Unavailable,
        ["AnotherOperationInProgress"] = CloudFailure.Unavailable,
        ["ResourceGroupBeingDeleted"] = CloudFailure.Unavailable,
        ["NicReservedForAnotherVm"] = CloudFailure.Unavailable,
        ["NicInUse"] = CloudFailure.Unavailable,
        ["PublicIPAddressCannotBeDeleted"] = CloudFailure.Unavailable,
        ["ReferencedResourceNotProvisioned"] = CloudFailure.Unavailable,
        ["RetryableError"] = CloudFailure.Unavailable,
        ["Canceled"] = CloudFailure.Unavailable,
        ["OperationPreemptedByHigherPriority"] = CloudFailure.Unavailable,
        ["ServerTimeout"] = CloudFailure.Ambiguous,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The same as one of ours; null: it is none of Azure's.</summary>
    public static CloudException? Of(Exception failure) => failure switch
    {
        CloudException known => known,
        RequestFailedException error => new CloudException(Kind(error.ErrorCode, error.Message, error.Status), Sentence(error.ErrorCode, error.Message, error.Status), error),
        AuthenticationFailedException identity => new CloudException(
            CloudFailure.Unauthorized, "This controller has no identity at Azure: sign in with `az login`, give the machine a managed identity, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.", identity),
        OperationCanceledException or AggregateException or IOException or HttpRequestException => new CloudException(CloudFailure.Ambiguous, "Azure did not answer in time, or not to the end", failure),
        _ => null,
    };

    /// <summary>What an error means by its code, its words where the code is not enough, and its status where it is unknown.</summary>
    /// <param name="code">Azure's word for it; null for none.</param>
    /// <param name="message">Its sentence.</param>
    /// <param name="status">Of HTTP; 0: there was no answer.</param>
    public static CloudFailure Kind(string? code, string? message, int status)
    {
        // One code for quotas and for much that is not allowed for other reasons.
        if (code is "OperationNotAllowed" && message?.Contains("quota", StringComparison.OrdinalIgnoreCase) == true)
        {
            return CloudFailure.Quota;
        }

        // PublicIPCountLimitReached, NetworkInterfaceCountLimitReached and others of the network.
        if (code?.EndsWith("CountLimitReached", StringComparison.OrdinalIgnoreCase) == true)
        {
            return CloudFailure.Quota;
        }

        return code is not null && _codes.TryGetValue(code, out var known) ? known : status switch
        {
            0 or 408 or 500 or 502 or 504 => CloudFailure.Ambiguous,
            401 or 403 => CloudFailure.Unauthorized,
            404 => CloudFailure.NotFound,
            409 or 412 or 503 => CloudFailure.Unavailable,
            429 => CloudFailure.Throttled,
            >= 400 and < 500 => CloudFailure.Invalid,
            _ => CloudFailure.Ambiguous,
        };
    }

    /// <summary>Azure's first line, without what the library adds of the answer.</summary>
    public static string Sentence(string? code, string? message, int status)
    {
        var line = message?.Split('\n')[0].Trim() ?? "";
        var said = line.Length > LongestReason ? line[..LongestReason] + "…" : line;
        var word = code ?? (status > 0 ? $"status {status}" : "no answer");
        return said.Length > 0 ? $"{said} ({word})" : $"Azure says {word}";
    }

    /// <summary>All codes that are known, for tests.</summary>
    internal static IReadOnlyDictionary<string, CloudFailure> Codes => _codes;
}
