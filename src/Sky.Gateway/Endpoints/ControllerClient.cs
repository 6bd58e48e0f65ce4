using System.Net.Http.Headers;

namespace Sky.Gateway.Endpoints;

/// <summary>The gateway's connection to the controllers' API.</summary>
internal sealed class ControllerClient : IDisposable
{
    public ControllerClient(Uri controller, string token)
    {
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2), ActivityHeadersPropagator = null })
        {
            BaseAddress = new Uri(controller.GetLeftPart(UriPartial.Authority)),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public HttpClient Http { get; }

    public void Dispose() => Http.Dispose();
}
