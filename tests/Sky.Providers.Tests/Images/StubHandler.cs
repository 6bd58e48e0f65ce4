using System.Net;

namespace Sky.Providers.Tests.Images;

/// <summary>Servers that do not exist: answers requests by a function, and keeps what was asked.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, string, HttpResponseMessage> answer) : HttpMessageHandler
{
    /// <summary>Method, address, authorization and body of each request, in order.</summary>
    public List<string> Requests { get; } = [];

    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(json) };

    public static HttpResponseMessage Digest(string digest)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
        response.Headers.Add("Docker-Content-Digest", digest);
        return response;
    }

    public static HttpResponseMessage Challenge(string challenge)
    {
        var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", challenge);
        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Requests.Add($"{request.Method} {request.RequestUri} {(request.Headers.NonValidated.TryGetValues("Authorization", out var shown) ? shown.ToString() : "")} {body}".TrimEnd());
        var response = answer(request, body);
        response.RequestMessage = request;
        return response;
    }
}
