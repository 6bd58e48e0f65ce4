using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Sky.Core.Images;
using Sky.Core.Specs;

namespace Sky.Providers.Images.Registries;

/// <summary>Asks a registry, by the Docker Registry HTTP API V2, which bytes a tag names.</summary>
/// <param name="http">Used for all requests; its time-out bounds each.</param>
/// <param name="access">Who we are.</param>
/// <param name="variable">The environment.</param>
internal sealed class RegistryClient(HttpClient http, RegistryAccess access, Func<string, string?> variable)
{
    private const string DigestHeader = "Docker-Content-Digest";

    // The registry chooses among these; an index covers all platforms, so that it is asked for first.
    private static readonly string[] Manifests =
    [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ];

    private readonly RegistryTokens _tokens = new(http);

    /// <summary><c>sha256:…</c>; null where the registry has no such image.</summary>
    /// <exception cref="ImageException">It cannot be reached, or does not let us in.</exception>
    public async Task<string?> DigestAsync(ImageReference image, TaskSpec task, CancellationToken cancellationToken)
    {
        try
        {
            using var head = await SendAsync(HttpMethod.Head, image, task, cancellationToken);
            if (head is null)
            {
                return null;
            }
            if (head.Headers.TryGetValues(DigestHeader, out var values) && values.FirstOrDefault() is { } digest && ImageReference.IsId(digest))
            {
                return digest;
            }
            using var whole = await SendAsync(HttpMethod.Get, image, task, cancellationToken);
            return whole is null ? null : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(await whole.Content.ReadAsByteArrayAsync(cancellationToken)));
        }
        catch (HttpRequestException bad)
        {
            throw new ImageException(ImageFailure.Unavailable, $"The registry {image.Registry} cannot be reached: {bad.Message}", bad);
        }
        catch (TaskCanceledException bad) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ImageException(ImageFailure.Unavailable, $"The registry {image.Registry} does not answer.", bad);
        }
    }

    /// <summary>Null: there is no such manifest.</summary>
    private async Task<HttpResponseMessage?> SendAsync(HttpMethod method, ImageReference image, TaskSpec task, CancellationToken cancellationToken)
    {
        var response = await http.SendAsync(Request(method, image, null), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized && AuthChallenge.Read(response.Headers) is { } challenge)
        {
            response.Dispose();
            var credential = await access.FindAsync(image.Registry, task, cancellationToken);
            var authorization = await _tokens.AuthorizeAsync(challenge, image.Registry, image.Repository, credential, cancellationToken);
            response = await http.SendAsync(Request(method, image, authorization), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        if (response.IsSuccessStatusCode)
        {
            return response;
        }
        using (response)
        {
            return response.StatusCode switch
            {
                HttpStatusCode.NotFound => null,
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw new ImageException(
                    ImageFailure.Unauthorized, $"{image.Registry} does not let you read {image.Repository}: log in with `docker login {image.Registry}`, or check the name."),
                HttpStatusCode.TooManyRequests => throw new ImageException(
                    ImageFailure.Unavailable, $"{image.Registry} has had too many requests from here: try again later, or log in with `docker login {image.Registry}`."),
                var status => throw new ImageException(ImageFailure.Unavailable, $"The registry {image.Registry} answers with {(int)status}."),
            };
        }
    }

    private HttpRequestMessage Request(HttpMethod method, ImageReference image, AuthenticationHeaderValue? authorization)
    {
        var request = new HttpRequestMessage(method, new Uri(RegistryAddress.Of(image.Registry, variable), $"v2/{image.Repository}/manifests/{image.Target}"));
        request.Headers.Authorization = authorization;
        foreach (var type in Manifests)
        {
            request.Headers.Accept.ParseAdd(type);
        }
        return request;
    }
}
