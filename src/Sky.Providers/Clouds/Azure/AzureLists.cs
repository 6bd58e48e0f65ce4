using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.ResourceManager;

namespace Sky.Providers.Clouds.Azure;

/// <summary>Lists of kinds of resources for which the client has no type here, asked by its own pipeline: identity, repetition and challenges are the client's.</summary>
internal sealed class AzureLists(ArmClient client, ResourceIdentifier group) : ArmResource(client, group)
{
    /// <summary>What the group holds of a kind, page by page.</summary>
    public async IAsyncEnumerable<AzurePart> OfAsync(string type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = new Uri(Endpoint, $"{Id}/providers/{type}?api-version={AzureClient.Version(type)}");
        while (true)
        {
            using var message = Pipeline.CreateMessage();
            message.Request.Method = RequestMethod.Get;
            message.Request.Uri.Reset(next);
            message.Request.Headers.Add("Accept", "application/json");
            await Pipeline.SendAsync(message, cancellationToken);
            if (message.Response.IsError)
            {
                throw new RequestFailedException(message.Response);
            }

            using var page = JsonDocument.Parse(message.Response.Content);
            foreach (var one in page.RootElement.GetProperty("value").EnumerateArray())
            {
                yield return Read(type, one);
            }

            if (!page.RootElement.TryGetProperty("nextLink", out var link) || link.GetString() is not { Length: > 0 } address)
            {
                yield break;
            }

            next = new Uri(address);
            if (next.Authority != Endpoint.Authority)
            {
                throw new RequestFailedException($"a list of Azure goes on at {next.Host}, which is not asked");
            }
        }
    }

    private static AzurePart Read(string type, JsonElement one)
    {
        var properties = one.TryGetProperty("properties", out var given) ? given : default;
        return new AzurePart(type, one.GetProperty("name").GetString()!, properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty("ipAddress", out var address) ? address.GetString() : null);
    }
}
