using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Sky.Node.Docker;

/// <summary>Connections to the daemon's Unix socket.</summary>
internal sealed class DockerSocket : IDisposable
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public DockerSocket(string path)
    {
        Path = path;
        Invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,

            // A stream that nobody wants any more is cut, so that the daemon notices.
            ResponseDrainTimeout = TimeSpan.Zero,
            ConnectCallback = ConnectAsync,
        });
    }

    public string Path { get; }

    public HttpMessageInvoker Invoker { get; }

    /// <param name="target">Path and query, which go out as they are.</param>
    public static Uri Address(string target) => new("http://docker" + target, AsWritten);

    /// <summary>The answer's JSON; null for any answer but 200. Throws <see cref="HttpRequestException"/> when the daemon does not answer.</summary>
    public async Task<JsonElement?> GetAsync(string target, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(target));
        using var response = await Invoker.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return null;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var document = await JsonDocument.ParseAsync(stream, default, cancellationToken);
        return document.RootElement.Clone();
    }

    public void Dispose() => Invoker.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
