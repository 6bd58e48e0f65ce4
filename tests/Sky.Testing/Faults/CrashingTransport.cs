using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using Microsoft.Extensions.Logging;
using Sky.Testing.Docker;

namespace Sky.Testing.Faults;

/// <summary>
/// Calls of a daemon whose user may die before and after each. A call is named by its method and path without version and ids, such as
/// <c>POST services/update</c>; after it, with <c> done</c>.
/// </summary>
/// <param name="point">Where it dies; null: not yet known.</param>
internal sealed class CrashingTransport(Func<CrashPoint?> point) : IDockerHandlerFactory<string>
{
    private static readonly Uri _docker = new("http://docker/");

    public static DockerClient Connect(DockerDaemon daemon, Func<CrashPoint?> point) => new DockerClientBuilder()
        .WithEndpoint(_docker)
        .WithTimeout(Timeout.InfiniteTimeSpan)
        .WithTransportOptions(new CrashingTransport(point), daemon.Socket)
        .Build();

    public ResolvedTransport CreateHandler(string transportOptions, ResolvedClientOptions clientOptions, ILogger logger) =>
        new(new Calls(point) { InnerHandler = Handler(transportOptions) }, _docker);

    public ResolvedTransport CreateHandler(ResolvedClientOptions clientOptions, ILogger logger) => throw new NotSupportedException();

    public Task<WriteClosableStream> HijackStreamAsync(HttpContent content) => throw new NotSupportedException();

    private static SocketsHttpHandler Handler(string socket) => new()
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
            return new NetworkStream(connection, ownsSocket: true);
        },
    };

    private sealed class Calls(Func<CrashPoint?> point) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var name = NameOf(request);
            await PassAsync(name, cancellationToken);
            var answer = await base.SendAsync(request, cancellationToken);
            await PassAsync(name + " done", cancellationToken);
            return answer;
        }

        private Task PassAsync(string name, CancellationToken cancellationToken) => point() is { } there ? there.PassAsync(name, cancellationToken) : Task.CompletedTask;

        private static string NameOf(HttpRequestMessage request)
        {
            var words = request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word[0] == 'v' && char.IsDigit(word[^1])).ToList();
            var verb = words.Count > 2 || words[^1] == "create" ? "/" + words[^1] : "";
            return $"{request.Method} {words[0]}{verb}";
        }
    }
}
