using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Http;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Gateway;

public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("sky-tls-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Cert => Path.Combine(_files.FullName, "cert.pem");

    private string Key => Path.Combine(_files.FullName, "key.pem");

    public void Dispose() => _files.Delete(recursive: true);

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Both_versions_of_http_are_spoken_over_tls(string version)
    {
        Write(Cert, Key, "gateway");
        await using var bed = Bed();
        await bed.StartAsync(c => c.Response.WriteAsync(c.Request.Headers["X-Forwarded-Proto"].ToString()));
        var (response, subject) = await GetAsync(bed.Addresses[1], version, "localhost");
        Assert.Equal(Version.Parse(version), response.Version);
        Assert.Equal("https", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("CN=gateway", subject);
    }

    [Fact]
    public async Task Http_2_without_tls_has_an_address_of_its_own()
    {
        await using var bed = new GatewayTestBed { Options = o => o with { H2cListen = new Uri("http://127.0.0.1:0") } };
        await bed.StartAsync(c => c.Response.WriteAsync(c.Request.Protocol));
        var (response, _) = await GetAsync(bed.Addresses[1], "2.0", "localhost");
        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal("HTTP/1.1", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_connection_of_http_2_carries_hundreds_of_streams_at_once(bool tls)
    {
        const int Streams = 300;
        Write(Cert, Key, "gateway");
        await using var bed = new GatewayTestBed
        {
            Options = o => tls
                ? o with { TlsListen = new Uri("https://127.0.0.1:0"), TlsCert = Cert, TlsKey = Key }
                : o with { H2cListen = new Uri("http://127.0.0.1:0") },
        };
        var (there, all) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await bed.StartAsync(async c =>
        {
            // Nobody is answered before everybody is here.
            if (Interlocked.Increment(ref there) == Streams)
            {
                all.SetResult();
            }

            await all.Task.WaitAsync(c.RequestAborted);
            await c.Request.Body.CopyToAsync(c.Response.Body, c.RequestAborted);
        });
        var connections = 0;
        using var http = Client(bed.Addresses[1], () => Interlocked.Increment(ref connections), _ => { });
        var answers = await Task.WhenAll(Enumerable.Range(0, Streams).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bed.Addresses[1], "/services/llm/"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new StringContent($"prompt {i}"),
            };
            using var response = await http.SendAsync(request, Cancel);
            return await response.Content.ReadAsStringAsync(Cancel);
        }));
        Assert.Equal(Enumerable.Range(0, Streams).Select(i => $"prompt {i}"), answers);
        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task A_service_has_its_own_certificate_under_its_host_name()
    {
        Write(Cert, Key, "gateway");
        var (cert, key) = (Path.Combine(_files.FullName, "s.pem"), Path.Combine(_files.FullName, "s.key"));
        Write(cert, key, "service");
        await using var bed = Bed();
        await bed.StartAsync(c => c.Response.WriteAsync("x"));
        await bed.PublishAsync(bed.Endpoints() with { Tls = new TlsSpec(cert, key) });
        Assert.Equal("CN=service", (await GetAsync(bed.Addresses[1], "1.1", "llm.localhost")).Subject);
        Assert.Equal("CN=gateway", (await GetAsync(bed.Addresses[1], "1.1", "other.localhost")).Subject);
    }

    [Fact]
    public async Task A_renewed_certificate_is_used_without_a_restart_and_a_broken_one_is_not()
    {
        Write(Cert, Key, "first");
        await using var bed = Bed();
        await bed.StartAsync(c => c.Response.WriteAsync("x"));
        await File.WriteAllTextAsync(Cert, "not a certificate", Cancel);
        await GatewayTestBed.UntilAsync(() => bed.Log.Lines.Any(l => l.Contains("Cannot use the certificate")));
        Assert.Equal("CN=first", (await GetAsync(bed.Addresses[1], "1.1", "localhost")).Subject);
        Write(Cert, Key, "second");
        await GatewayTestBed.UntilAsync(() => bed.Log.Lines.Any(l => l.Contains("Using the certificate")));
        Assert.Equal("CN=second", (await GetAsync(bed.Addresses[1], "1.1", "localhost")).Subject);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_stream_lives_through_the_change_of_its_services_certificate(string version)
    {
        Write(Cert, Key, "first");
        var goOn = new TaskCompletionSource();
        await using var bed = new GatewayTestBed { Options = o => o with { TlsListen = new Uri("https://127.0.0.1:0") } };
        await bed.StartAsync(async context =>
        {
            await context.Response.WriteAsync("begun\n");
            await context.Response.Body.FlushAsync();
            if (context.Request.Path.Value!.EndsWith("/stream", StringComparison.Ordinal))
            {
                await goOn.Task;
            }

            await context.Response.WriteAsync("whole\n");
        });
        await bed.PublishAsync(bed.Endpoints() with { Tls = new TlsSpec(Cert, Key) });
        var (stream, subject) = await GetAsync(bed.Addresses[1], version, "llm.localhost", "stream");
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("begun", await reader.ReadLineAsync(Cancel));
        Assert.Equal("CN=first", subject);

        Write(Cert, Key, "second");
        await GatewayTestBed.UntilAsync(() => bed.Log.Lines.Count(line => line.Contains("Using the certificate", StringComparison.Ordinal)) == 2);

        Assert.Equal("CN=second", (await GetAsync(bed.Addresses[1], version, "llm.localhost")).Subject);
        Assert.Equal(1, bed.InFlight);
        goOn.SetResult();
        Assert.Equal("whole", await reader.ReadLineAsync(Cancel));
        Assert.Null(await reader.ReadLineAsync(Cancel));
    }

    private GatewayTestBed Bed() => new()
    {
        Options = o => o with { TlsListen = new Uri("https://127.0.0.1:0"), TlsCert = Cert, TlsKey = Key },
    };

    private static async Task<(HttpResponseMessage Response, string? Subject)> GetAsync(Uri address, string version, string name, string rest = "")
    {
        string? subject = null;
        // Not disposed of: the answer may be a stream that is still being read.
        var http = Client(address, () => { }, certificate => subject = certificate);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{address.Scheme}://{name}:{address.Port}/services/llm/{rest}")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return (await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel), subject);
    }

    private static HttpClient Client(Uri address, Action connected, Action<string?> certificateSeen) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            connected();
            var socket = new global::System.Net.Sockets.Socket(global::System.Net.Sockets.SocketType.Stream, global::System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            return new global::System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                certificateSeen(certificate?.Subject);
                return true;
            },
        },
    });

    private static void Write(string cert, string key, string name) => TestCertificate.Write(cert, key, name);
}
