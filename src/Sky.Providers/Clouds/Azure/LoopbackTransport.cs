using Azure.Core;
using Azure.Core.Pipeline;

namespace Sky.Providers.Clouds.Azure;

/// <summary>
/// Sends without TLS what is meant for one address of this machine. Azure's library sends no token to an address without it, and what stays in
/// the machine needs none: tests, and a proxy that adds it.
/// </summary>
/// <param name="address">An http address of this machine; the library is told the same with https.</param>
internal sealed class LoopbackTransport(Uri address) : HttpPipelineTransport
{
    private readonly HttpClientTransport _inner = new();

    public override Request CreateRequest() => _inner.CreateRequest();

    public override void Process(HttpMessage message)
    {
        Check(message.Request);
        message.Request.Uri.Scheme = Uri.UriSchemeHttp;
        try
        {
            _inner.Process(message);
        }
        finally
        {
            message.Request.Uri.Scheme = Uri.UriSchemeHttps;
        }
    }

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        Check(message.Request);
        message.Request.Uri.Scheme = Uri.UriSchemeHttp;
        try
        {
            await _inner.ProcessAsync(message);
        }
        finally
        {
            // It may be sent again, through the part that looks for TLS.
            message.Request.Uri.Scheme = Uri.UriSchemeHttps;
        }
    }

    private void Check(Request request)
    {
        if (request.Uri.Host != address.Host || request.Uri.Port != address.Port)
        {
            throw new InvalidOperationException($"{request.Uri.Host} is not {address}");
        }
    }
}
