using System.Net;
using System.Net.Http.Headers;

namespace Sky.Gateway.Endpoints;

/// <summary>Puts the API token on every request, and looks for a new one when it is refused: a controller that lost its token makes another.</summary>
/// <param name="token">The token at first.</param>
/// <param name="lookAgain">The token as it is now; null where it cannot change, or cannot be read.</param>
/// <param name="connection">Sends.</param>
internal sealed class ControllerToken(string token, Func<string?>? lookAgain, HttpMessageHandler connection) : DelegatingHandler(connection)
{
    private volatile string _token = token;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.Unauthorized && lookAgain?.Invoke() is { Length: > 0 } present)
        {
            // Watch and reports are tried again by themselves.
            _token = present;
        }

        return response;
    }
}
