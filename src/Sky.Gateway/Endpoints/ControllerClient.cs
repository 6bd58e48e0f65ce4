using System.Net.Sockets;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sky.Gateway.Endpoints;

/// <summary>The gateway's connection to the controllers' API.</summary>
internal sealed class ControllerClient : IDisposable
{
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(5);
    private readonly TimeProvider _time;

    public ControllerClient(Uri controller, string token, Func<string?>? lookAgain, TimeProvider time)
    {
        _time = time;
        var connection = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2), ActivityHeadersPropagator = null };
        Http = new HttpClient(new ControllerToken(token, lookAgain, connection))
        {
            BaseAddress = new Uri(controller.GetLeftPart(UriPartial.Authority)),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public HttpClient Http { get; }

    /// <summary>Tells the controller something. The answer, read to its end; null: there was none within five seconds. What it says is the caller's to look at.</summary>
    /// <param name="path">From the root.</param>
    /// <param name="message">What is told.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="cancellationToken">Throws when the caller gives up.</param>
    public async Task<HttpResponseMessage?> PostAsync<T>(string path, T message, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(LongestAnswer, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(message, type));
            content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
            return await Http.PostAsync(path, content, either.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    public void Dispose() => Http.Dispose();
}
