using System.Text;
using System.Text.Json.Nodes;
using Sky.Core.Images;
using Sky.Providers.Aws;
using Sky.Providers.Registries;

namespace Sky.Providers.Images.Registries;

/// <summary>Amazon ECR: the password of twelve hours that <c>GetAuthorizationToken</c> gives.</summary>
/// <param name="clients">A client of ECR in a region.</param>
internal sealed class EcrLogin(Func<string, AwsJsonClient> clients) : ICloudLogin
{
    public static AwsService Service { get; } = new("ECR", "api.ecr", "ecr", "AmazonEC2ContainerRegistry_V20150921");

    public bool Owns(string registry) => EcrRegistry.Of(registry) is not null;

    public async Task<RegistryLogin?> LoginAsync(string registry, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await clients(EcrRegistry.Of(registry)!.Region).CallAsync("GetAuthorizationToken", [], cancellationToken);
            return Decoded(answer) ?? throw new ImageException(ImageFailure.Unavailable, $"AWS gives no password for {registry}.");
        }
        catch (AwsException bad)
        {
            throw new ImageException(bad.MayPass ? ImageFailure.Unavailable : ImageFailure.Unauthorized, bad.Message, bad);
        }
    }

    private static RegistryLogin? Decoded(JsonObject answer)
    {
        if ((answer["authorizationData"] as JsonArray)?.FirstOrDefault()?["authorizationToken"]?.GetValue<string>() is not { } token)
        {
            return null;
        }
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(token));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : new() { Username = text[..colon], Password = text[(colon + 1)..] };
    }
}
