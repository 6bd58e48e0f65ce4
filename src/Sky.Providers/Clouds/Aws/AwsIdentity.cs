using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Sky.Core.Clouds;

namespace Sky.Providers.Clouds.Aws;

/// <summary>
/// Whether this machine has credentials of AWS, by the SDK's own chain (variables, profiles, web identity, container, instance), remembered for a while.
/// The chain's last link is a machine's metadata service; where there is none, some networks let the question wait: it is not waited for long.
/// </summary>
/// <param name="resolve">The chain: throws where there are none.</param>
/// <param name="time">The clock.</param>
internal sealed class AwsIdentity(Func<Task> resolve, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1);
    private (string? Trouble, DateTimeOffset At)? _known;

    /// <summary>The SDK's default chain.</summary>
    public static async Task ResolveAsync() => await (await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(null)).GetCredentialsAsync();

    /// <exception cref="CloudException">There are none; the message says how to give some.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_known is not { } known || time.GetUtcNow() - known.At >= Kept)
            {
                _known = known = (await AskAsync(cancellationToken), time.GetUtcNow());
            }

            if (known.Trouble is { } trouble)
            {
                throw new CloudException(CloudFailure.Unauthorized, trouble);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The chain's first links do their work before they wait: not on the caller's turn.
            await Task.Run(resolve, cancellationToken).WaitAsync(Patience, time, cancellationToken);
            return null;
        }
        catch (Exception none) when (none is AmazonClientException or AmazonServiceException or TimeoutException or ArgumentException or InvalidOperationException or IOException or HttpRequestException)
        {
            return "the controller has no credentials of AWS: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, where it is started, or give its machine an instance profile, and start it again";
        }
    }
}
