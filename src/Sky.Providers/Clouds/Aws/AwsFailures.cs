using System.Collections.Frozen;
using Amazon.Runtime;
using Sky.Core.Clouds;

namespace Sky.Providers.Clouds.Aws;

/// <summary>
/// What each of EC2's error codes asks for, by "Error codes for the Amazon EC2 API"
/// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html), and what failures of the SDK mean that have none.
/// </summary>
internal static class AwsFailures
{
    /// <summary>The token of a launch was used before, with another request.</summary>
    public const string TokenUsed = "IdempotentParameterMismatch";

    public const string UnknownInstance = "InvalidInstanceID.NotFound";

    private const string Limit = "LimitExceeded";

    private static readonly FrozenDictionary<string, CloudFailure> _codes = new Dictionary<string, CloudFailure>(StringComparer.Ordinal)
    {
        // The zone has none of the type now, or never had: another zone may.
        ["InsufficientInstanceCapacity"] = CloudFailure.NoCapacity,
        ["InsufficientCapacity"] = CloudFailure.NoCapacity,
        ["InsufficientHostCapacity"] = CloudFailure.NoCapacity,
        ["InsufficientReservedInstanceCapacity"] = CloudFailure.NoCapacity,
        ["InsufficientFreeAddressesInSubnet"] = CloudFailure.NoCapacity,
        ["InsufficientAddressCapacity"] = CloudFailure.NoCapacity,
        ["InsufficientVolumeCapacity"] = CloudFailure.NoCapacity,
        ["SpotMaxPriceTooLow"] = CloudFailure.NoCapacity,
        ["Unsupported"] = CloudFailure.NoCapacity,
        ["UnsupportedOperation"] = CloudFailure.Invalid,

        // Every code that ends in LimitExceeded is a quota of the account in the region, but for those below.
        ["MaxSpotInstanceCountExceeded"] = CloudFailure.Quota,
        ["MaxSpotFleetRequestCountExceeded"] = CloudFailure.Quota,
        ["PendingVerification"] = CloudFailure.Quota,
        ["OptInRequired"] = CloudFailure.Quota,

        ["UnauthorizedOperation"] = CloudFailure.Unauthorized,
        ["AuthFailure"] = CloudFailure.Unauthorized,
        ["AccessDenied"] = CloudFailure.Unauthorized,
        ["AccessDeniedException"] = CloudFailure.Unauthorized,
        ["Blocked"] = CloudFailure.Unauthorized,
        ["ExpiredToken"] = CloudFailure.Unauthorized,
        ["ExpiredTokenException"] = CloudFailure.Unauthorized,
        ["RequestExpired"] = CloudFailure.Unauthorized,
        ["InvalidClientTokenId"] = CloudFailure.Unauthorized,
        ["InvalidSecurityToken"] = CloudFailure.Unauthorized,
        ["IncompleteSignature"] = CloudFailure.Unauthorized,
        ["SignatureDoesNotMatch"] = CloudFailure.Unauthorized,
        ["MissingAuthenticationToken"] = CloudFailure.Unauthorized,
        ["UnrecognizedClientException"] = CloudFailure.Unauthorized,

        ["RequestLimitExceeded"] = CloudFailure.Throttled,
        ["Throttling"] = CloudFailure.Throttled,
        ["ThrottlingException"] = CloudFailure.Throttled,
        ["RequestThrottled"] = CloudFailure.Throttled,
        ["TooManyRequestsException"] = CloudFailure.Throttled,
        ["EC2ThrottledException"] = CloudFailure.Throttled,
        ["ConcurrentTagAccess"] = CloudFailure.Throttled,
        ["ConcurrentCreateInProgress"] = CloudFailure.Throttled,

        [UnknownInstance] = CloudFailure.NotFound,

        // What was just made and is not known everywhere yet, or what somebody removed and is made anew.
        ["InvalidVpcID.NotFound"] = CloudFailure.Unavailable,
        ["InvalidSubnetID.NotFound"] = CloudFailure.Unavailable,
        ["InvalidGroup.NotFound"] = CloudFailure.Unavailable,
        ["InvalidGroupId.NotFound"] = CloudFailure.Unavailable,
        ["InvalidSecurityGroupID.NotFound"] = CloudFailure.Unavailable,
        ["InvalidInternetGatewayID.NotFound"] = CloudFailure.Unavailable,
        ["InvalidRouteTableID.NotFound"] = CloudFailure.Unavailable,

        // Who made the same at the same time is seen at the next look.
        ["InvalidGroup.Duplicate"] = CloudFailure.Unavailable,
        ["InvalidSubnet.Conflict"] = CloudFailure.Unavailable,
        ["InvalidPermission.Duplicate"] = CloudFailure.Unavailable,
        ["RouteAlreadyExists"] = CloudFailure.Unavailable,
        ["Resource.AlreadyAssociated"] = CloudFailure.Unavailable,
        ["DependencyViolation"] = CloudFailure.Unavailable,

        ["InternalError"] = CloudFailure.Unavailable,
        ["InternalFailure"] = CloudFailure.Unavailable,
        ["ServiceUnavailable"] = CloudFailure.Unavailable,
        ["Unavailable"] = CloudFailure.Unavailable,

        // The same token, another request: the first one may have made the node.
        [TokenUsed] = CloudFailure.Ambiguous,
    }.ToFrozenDictionary();

    /// <summary>Those that are known by name.</summary>
    public static IReadOnlyList<string> Codes => _codes.Keys;

    /// <summary>What a code asks for.</summary>
    /// <param name="code">EC2's; null or empty where none came.</param>
    /// <param name="status">Of HTTP; 0 where no answer came.</param>
    /// <param name="makes">Whether the call makes something: then what a server broke off may have happened.</param>
    public static CloudFailure Of(string? code, int status, bool makes)
    {
        var failure = !string.IsNullOrEmpty(code) && _codes.TryGetValue(code, out var known) ? known
            : code?.EndsWith(Limit, StringComparison.Ordinal) == true ? CloudFailure.Quota
            : status is 0 or >= 500 ? CloudFailure.Unavailable
            : status == 429 ? CloudFailure.Throttled
            : CloudFailure.Invalid;
        return makes && failure == CloudFailure.Unavailable && (status is 0 or >= 500) ? CloudFailure.Ambiguous : failure;
    }

    /// <summary>Does a call; failures are <see cref="CloudException"/>.</summary>
    /// <param name="region">Where.</param>
    /// <param name="what">The operation, such as <c>RunInstances</c>.</param>
    /// <param name="makes">Whether it makes something.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<T> DoAsync<T>(string region, string what, bool makes, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(cancellationToken);
        }
        catch (AmazonServiceException refused)
        {
            var failure = Of(refused.ErrorCode, (int)refused.StatusCode, makes);
            throw new CloudException(failure, $"AWS ({region}) does not {what}: {Sentence(refused)}", refused);
        }
        catch (AmazonClientException refused)
        {
            // The SDK's own: it has no credentials, or cannot get them where they should be.
            throw new CloudException(CloudFailure.Unauthorized, $"AWS ({region}) cannot be asked to {what}: {First(refused.Message)}", refused);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or TimeoutException
            || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CloudException(makes ? CloudFailure.Ambiguous : CloudFailure.Unavailable, $"AWS ({region}) does not answer {what}: {First(broken.Message)}", broken);
        }
    }

    /// <summary>EC2's code, where that is what ended the call.</summary>
    public static string? CodeOf(CloudException failure) => (failure.InnerException as AmazonServiceException)?.ErrorCode;

    private static string Sentence(AmazonServiceException refused) =>
        string.IsNullOrEmpty(refused.ErrorCode) ? First(refused.Message) : $"{First(refused.Message)} ({refused.ErrorCode})";

    /// <summary>What a person can read: refusals end in a coded message of a thousand signs, and signatures in what was signed.</summary>
    private static string First(string message) =>
        message.Split(" Encoded authorization failure message", 2)[0].Split('\n', 2)[0].TrimEnd().TrimEnd('.');
}
