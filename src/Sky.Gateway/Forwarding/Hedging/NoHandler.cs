namespace Sky.Gateway.Forwarding.Hedging;

/// <summary>Stands where an invoker wants a handler and never asks it.</summary>
internal sealed class NoHandler : HttpMessageHandler
{
    public static readonly NoHandler Instance = new();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
