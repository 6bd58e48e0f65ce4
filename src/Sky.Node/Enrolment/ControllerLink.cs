using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;

namespace Sky.Node.Enrolment;

/// <summary>
/// Calls of the controller's listener for nodes. They throw <see cref="HttpRequestException"/> when it cannot be reached, is not trusted or is not
/// able to answer now, and <see cref="EnrolmentException"/> for an answer that is no.
/// </summary>
internal sealed class ControllerLink : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private const int LongestAnswer = 256 << 10;
    private readonly HttpClient _client;

    public ControllerLink(Membership membership, NodeCredentials credentials, TimeProvider time)
        : this(membership.Controller, host => NodeTrust.Client(
            credentials.Current ?? throw new AuthenticationException("there is no certificate"), host, role => role is CertificateRole.Controller, time.GetUtcNow()))
    {
    }

    private ControllerLink(Uri controller, Func<string, SslClientAuthenticationOptions> options)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,

            // Calls are rare, and each is made with the certificate as it is then.
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                    var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
                    await stream.AuthenticateAsClientAsync(options(context.DnsEndPoint.Host), cancellationToken);
                    return stream;
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };

        // TLS is made above, so that a new certificate counts at once.
        _client = new HttpClient(handler) { BaseAddress = new UriBuilder(controller) { Scheme = Uri.UriSchemeHttp, Port = controller.Port }.Uri, Timeout = Patience, MaxResponseContentBufferSize = LongestAnswer };
    }

    /// <summary>Takes whoever answers: for what is no secret and is checked otherwise.</summary>
    public static ControllerLink ToAnybody(Uri controller) => new(controller, host => new SslClientAuthenticationOptions
    {
        TargetHost = host,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    });

    /// <summary>Takes the controller of this CA alone, and shows no certificate, since there is none yet.</summary>
    public static ControllerLink ToEnrol(Uri controller, X509Certificate2 ca, TimeProvider time) =>
        new(controller, host => NodeTrust.Client(ca, host, role => role is CertificateRole.Controller, time.GetUtcNow()));

    /// <summary>The CA's certificate, PEM; nobody has vouched for it.</summary>
    public Task<string> CaAsync(CancellationToken cancellationToken) => _client.GetStringAsync("ca", cancellationToken);

    public Task<NodeCertificate> EnrolAsync(EnrolRequest request, CancellationToken cancellationToken) =>
        PostAsync("enrol", request, NodeJson.Default.EnrolRequest, NodeJson.Default.NodeCertificate, cancellationToken);

    public Task<NodeCertificate> RenewAsync(RenewRequest request, CancellationToken cancellationToken) =>
        PostAsync("renew", request, NodeJson.Default.RenewRequest, NodeJson.Default.NodeCertificate, cancellationToken);

    public async Task<JoinAnswer> JoinAsync(CancellationToken cancellationToken)
    {
        using var response = await _client.PostAsync(new Uri("join", UriKind.Relative), null, cancellationToken);
        return await ReadAsync(response, NodeJson.Default.JoinAnswer, cancellationToken);
    }

    public async Task NoticeAsync(NodeNotice notice, CancellationToken cancellationToken)
    {
        using var response = await _client.PostAsJsonAsync("notice", notice, NodeJson.Default.NodeNotice, cancellationToken);
        await CheckAsync(response, cancellationToken);
    }

    public void Dispose() => _client.Dispose();

    private async Task<TAnswer> PostAsync<TRequest, TAnswer>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        using var response = await _client.PostAsJsonAsync(path, request, requestType, cancellationToken);
        return await ReadAsync(response, answerType, cancellationToken);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await CheckAsync(response, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new HttpRequestException("the controller's answer is not understood");
        }
    }

    private static async Task CheckAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var message = $"HTTP {(int)response.StatusCode}";
        try
        {
            message = (await response.Content.ReadFromJsonAsync(NodeJson.Default.NodeProblem, cancellationToken))?.Message ?? message;
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
        }

        throw response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            ? new HttpRequestException(message)
            : new EnrolmentException($"the controller refuses: {message}");
    }
}
