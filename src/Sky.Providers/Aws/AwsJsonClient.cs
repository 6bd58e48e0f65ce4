using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Internal.Auth;

namespace Sky.Providers.Aws;

/// <summary>
/// Calls an AWS service that speaks JSON and whose own package is not used here. Credentials and signatures are those of AWS's
/// package. Repeats what failed on the way or was throttled, with growing pauses.
/// </summary>
/// <param name="http">Used for all requests.</param>
/// <param name="variable">The environment: <c>AWS_ENDPOINT_URL</c> and <c>AWS_ENDPOINT_URL_SERVICE</c> name another address than the service's own.</param>
/// <param name="time">When a request is signed, and the pauses.</param>
/// <param name="service">What <see cref="AwsService"/> says of it.</param>
/// <param name="region">Such as <c>us-east-1</c>.</param>
/// <param name="credentials">Who we are; null: what the machine says (variables, profile, role).</param>
internal sealed class AwsJsonClient(HttpClient http, Func<string, string?> variable, TimeProvider time, AwsService service, string region, AWSCredentials? credentials = null)
{
    private const int Attempts = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private string ContentType => $"application/x-amz-json-{service.JsonVersion}";

    /// <summary>The answer's content.</summary>
    /// <exception cref="AwsException">The service refuses it, or cannot be reached, or there are no credentials.</exception>
    public async Task<JsonObject> CallAsync(string operation, JsonObject body, CancellationToken cancellationToken)
    {
        var who = await CredentialsAsync();
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++, pause *= 2)
        {
            try
            {
                return await SendAsync(operation, body, who, cancellationToken);
            }
            catch (AwsException failure) when (failure.MayPass && attempt < Attempts)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    private async Task<ImmutableCredentials> CredentialsAsync()
    {
        try
        {
            return await (credentials ?? await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(null)).GetCredentialsAsync();
        }
        catch (AmazonClientException bad)
        {
            throw new AwsException("NoCredentials", $"This machine has no credentials of AWS: {bad.Message}", false, bad);
        }
    }

    private async Task<JsonObject> SendAsync(string operation, JsonObject body, ImmutableCredentials who, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Request(operation, Encoding.UTF8.GetBytes(body.ToJsonString()), who);
            using var response = await http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            var json = Parsed(text);
            return response.IsSuccessStatusCode ? json ?? throw new AwsException("Unreadable", $"{service.Name} answers with something that is not JSON.", false) : throw Refused(operation, (int)response.StatusCode, json);
        }
        catch (HttpRequestException bad)
        {
            throw new AwsException("Unreachable", $"AWS ({service.Name} in {region}) cannot be reached: {bad.Message}", true, bad);
        }
        catch (TaskCanceledException bad) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AwsException("Unreachable", $"AWS ({service.Name} in {region}) does not answer.", true, bad);
        }
    }

    private HttpRequestMessage Request(string operation, byte[] body, ImmutableCredentials who)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var date = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var address = Address();
        var target = $"{service.Target}.{operation}";
        // In the order of their names, as signatures want them.
        List<(string Name, string Value)> signed = [("content-type", ContentType), ("host", address.Authority), ("x-amz-date", date)];
        if (who.UseToken)
        {
            signed.Add(("x-amz-security-token", who.Token));
        }
        signed.Add(("x-amz-target", target));
        var names = string.Join(';', signed.Select(header => header.Name));
        var canonical = $"POST\n/\n\n{string.Concat(signed.Select(header => $"{header.Name}:{header.Value}\n"))}\n{names}\n{Convert.ToHexStringLower(SHA256.HashData(body))}";
        var signature = AWS4Signer.ComputeSignature(who, region, now, service.SigningName, names, canonical);

        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        foreach (var (name, value) in signed.Where(header => header.Name.StartsWith("x-", StringComparison.Ordinal)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        request.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
        return request;
    }

    private Uri Address()
    {
        var given = variable($"AWS_ENDPOINT_URL_{service.Name.ToUpperInvariant().Replace(' ', '_')}") ?? variable("AWS_ENDPOINT_URL");
        var china = region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "";
        return new(string.IsNullOrEmpty(given) ? $"https://{service.Host}.{region}.amazonaws.com{china}/" : given);
    }

    private AwsException Refused(string operation, int status, JsonObject? error)
    {
        // Such as com.amazonaws.ecr#RepositoryNotFoundException.
        var type = Text(error?["__type"])?.Split('#')[^1] ?? $"Status{status}";
        var passing = status is 429 or >= 500 || type.Contains("Throttl", StringComparison.Ordinal) || type == "TooManyRequestsException";
        return new(type, $"AWS refuses {operation} of {service.Name} in {region}: {Text(error?["message"]) ?? Text(error?["Message"]) ?? type}", passing);
    }

    private static JsonObject? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
