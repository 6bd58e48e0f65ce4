namespace Sky.Gateway.Endpoints;

/// <summary>The gateway's connection to the controllers' API.</summary>
internal sealed class ControllerClient : IDisposable
{
    public ControllerClient(Uri controller, string token, Func<string?>? lookAgain)
    {
        var connection = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2), ActivityHeadersPropagator = null };
        Http = new HttpClient(new ControllerToken(token, lookAgain, connection))
        {
            BaseAddress = new Uri(controller.GetLeftPart(UriPartial.Authority)),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public HttpClient Http { get; }

    public void Dispose() => Http.Dispose();
}
