using System.Text.Json.Nodes;
using Amazon.Runtime;
using Sky.Core.Secrets;
using Sky.Core.Specs;
using Sky.Providers.Aws;

namespace Sky.Providers.Secrets;

/// <summary>Secrets of AWS Secrets Manager, with the credentials and the region that AWS's own tools find.</summary>
public sealed class AwsSecrets : ISecretProvider
{
    private readonly Func<string, AwsJsonClient> _clients;
    private readonly Func<string?> _region;

    /// <param name="http">Used for all requests.</param>
    /// <param name="time">The clock.</param>
    public AwsSecrets(HttpClient http, TimeProvider time)
        : this(region => new AwsJsonClient(http, Environment.GetEnvironmentVariable, time, Service, region), () => FallbackRegionFactory.GetRegionEndpoint()?.SystemName)
    {
    }

    internal AwsSecrets(Func<string, AwsJsonClient> clients, Func<string?> region) => (_clients, _region) = (clients, region);

    internal static AwsService Service { get; } = new("Secrets Manager", "secretsmanager", "secretsmanager", "secretsmanager");

    public string Name => "aws-secretsmanager";

    public async Task<SecretValue> ResolveAsync(SecretReference reference, CancellationToken cancellationToken)
    {
        var region = reference.Region ?? _region()
            ?? throw new SecretException(SecretFailure.Invalid, $"No region is known for secret {reference.Name}: name one in `region`, or set AWS_REGION for the controller.");
        var request = new JsonObject { ["SecretId"] = reference.Name };
        if (reference.Version is { } version)
        {
            request["VersionId"] = version;
        }

        try
        {
            var answer = await _clients(region).CallAsync("GetSecretValue", request, cancellationToken);
            return answer["SecretString"]?.GetValue<string>() is { } value
                ? new SecretValue(value)
                : throw new SecretException(SecretFailure.Invalid, $"Secret {reference.Name} of AWS Secrets Manager is binary, and so no variable can hold it.");
        }
        catch (AwsException error)
        {
            throw new SecretException(Failure(error), $"Secret {reference.Name}: {error.Message}", error);
        }
    }

    private static SecretFailure Failure(AwsException error) => error.Code switch
    {
        "ResourceNotFoundException" => SecretFailure.NotFound,
        "InvalidParameterException" or "InvalidRequestException" or "ValidationException" => SecretFailure.Invalid,
        _ when error.MayPass => SecretFailure.Unavailable,
        _ => SecretFailure.Denied,
    };
}
