using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Core.Planning;

namespace Sky.Controller.Probing;

/// <summary>The readiness probe over HTTP: a 2xx answer in time. Redirects within the replica are followed, others are a failure.</summary>
internal sealed class HttpProber(TimeProvider time, NodeCredentials? nodes = null) : IProber, IDisposable
{
    private const int MostRedirects = 5;

    private readonly HttpClient _client = new(ReplicaConnections.Handler(nodes, time)) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<ProbeResult> ProbeAsync(ProbeTarget target, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(target.Spec.TimeoutSeconds), time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var reason = await AskAsync(target, linked.Token);
            return new ProbeResult(time.GetUtcNow(), reason is null, reason);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProbeResult(time.GetUtcNow(), false, $"no answer from {target.Endpoint.Authority} within {target.Spec.TimeoutSeconds:0.##} s");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or UriFormatException or FormatException)
        {
            return new ProbeResult(time.GetUtcNow(), false, Reason(e, target.Endpoint.Authority));
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Null when it is ready.</summary>
    private async Task<string?> AskAsync(ProbeTarget target, CancellationToken cancellationToken)
    {
        var address = new Uri(NodeHost.Within(target.Endpoint), target.Spec.Path);
        var post = target.Spec.PostData is not null;
        for (var redirects = 0; ; redirects++)
        {
            using var request = Request(target, address, post);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return null;
            }

            if (Redirect(response, address) is not { } next || redirects == MostRedirects)
            {
                return $"HTTP {(int)response.StatusCode}";
            }

            if (next.Authority != address.Authority)
            {
                return $"HTTP {(int)response.StatusCode} to another host";
            }

            post = post && response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
            address = next;
        }
    }

    private static HttpRequestMessage Request(ProbeTarget target, Uri address, bool post)
    {
        var request = new HttpRequestMessage(post ? HttpMethod.Post : HttpMethod.Get, address);
        if (post)
        {
            request.Content = new StringContent(target.Spec.PostData!.Value.GetRawText(), Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in target.Spec.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value) && request.Content is { } content)
            {
                content.Headers.Remove(name);
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    private static Uri? Redirect(HttpResponseMessage response, Uri address) =>
        (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location
            ? new Uri(address, location)
            : null;

    internal static string Reason(Exception exception, string address) => exception switch
    {
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => $"connection refused at {address}",
        HttpRequestException { InnerException: AuthenticationException } => $"the node at {address} cannot be trusted, or does not trust the controller",
        HttpRequestException { InnerException: IOException refused } when NodeHost.Is(address.Split(':')[0]) => refused.Message,
        HttpRequestException { InnerException: SocketException socket } => $"cannot connect to {address} ({socket.SocketErrorCode})",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection was closed without an answer",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "the answer is not HTTP",
        HttpRequestException { HttpRequestError: var error } => $"the request failed ({error})",
        IOException or SocketException => "the connection broke",
        _ => "its address or headers cannot be used",
    };
}
