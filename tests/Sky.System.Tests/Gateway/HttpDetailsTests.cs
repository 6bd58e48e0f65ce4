using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>The corners of HTTP: interim answers, <c>Expect</c>, trailers, and answers without a body.</summary>
public sealed class HttpDetailsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")]
    [InlineData("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    public async Task An_interim_answer_does_not_stand_in_the_way_of_the_final_one(string interim)
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica(interim + "HTTP/1.1 200 OK\r\nX-Final: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        var answer = await AskRawAsync(bed, replica, "GET", "Connection: close\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("X-Final: 1\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nok", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_expects_100_gets_it_when_the_replica_reads_the_body_and_sends_it_then()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(async c =>
        {
            using var reader = new StreamReader(c.Request.Body);
            await c.Response.WriteAsync($"got {await reader.ReadToEndAsync(c.RequestAborted)}");
        });
        using var client = await ConnectAsync(bed);
        await SendAsync(client, Head(bed, "POST", "Expect: 100-continue\r\nContent-Length: 6\r\nConnection: close\r\n"));
        Assert.StartsWith("HTTP/1.1 100 ", await ReadAsync(client, untilClosed: false), StringComparison.Ordinal);
        await SendAsync(client, "prompt");
        Assert.Contains("got prompt", await ReadAsync(client, untilClosed: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_expects_100_gets_a_refusal_before_it_sent_its_body()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c =>
        {
            c.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return Task.CompletedTask;
        });
        using var client = await ConnectAsync(bed);
        await SendAsync(client, Head(bed, "POST", "Expect: 100-continue\r\nContent-Length: 600000\r\n"));
        var answer = await ReadAsync(client, untilClosed: false);
        Assert.StartsWith("HTTP/1.1 413 ", answer[answer.IndexOf("HTTP/1.1 4", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trailers_of_the_request_do_not_harm_its_body()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(async c => await c.Request.Body.CopyToAsync(c.Response.Body, c.RequestAborted));
        using var client = await ConnectAsync(bed);
        await SendAsync(client, Head(bed, "POST", "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\nConnection: close\r\n") + "6\r\nprompt\r\n0\r\nX-Sum: 7\r\n\r\n");
        var answer = await ReadAsync(client, untilClosed: true);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("6\r\nprompt\r\n0\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trailers_of_the_response_do_not_harm_it_in_http_1()
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica(Trailing);
        var answer = await AskRawAsync(bed, replica, "GET", "TE: trailers\r\nConnection: close\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("2\r\nok\r\n0\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trailers_of_the_response_pass_in_http_2()
    {
        await using var bed = new GatewayTestBed { Options = o => o with { H2cListen = new Uri("http://127.0.0.1:0") } };
        await using var replica = new RawReplica(Trailing);
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [replica.Endpoint] });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(bed.Addresses[1], "/services/llm/"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await http.SendAsync(request, Cancel);
        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("7", Assert.Single(response.TrailingHeaders.GetValues("X-Sum")));
    }

    [Theory]
    [InlineData("GET", "200 OK\r\nContent-Length: 0", "Content-Length: 0\r\n")]
    [InlineData("GET", "200 OK\r\nTransfer-Encoding: chunked", "Content-Length: 0\r\n")]
    [InlineData("POST", "201 Created\r\nLocation: /x\r\nContent-Length: 0", "Location: /x\r\n")]
    [InlineData("DELETE", "204 No Content", "204 No Content\r\n")]
    [InlineData("GET", "304 Not Modified\r\nETag: \"a\"", "ETag: \"a\"\r\n")]
    [InlineData("HEAD", "200 OK\r\nContent-Length: 1234", "Content-Length: 1234\r\n")]
    [InlineData("HEAD", "200 OK\r\nTransfer-Encoding: chunked", "200 OK\r\n")]
    public async Task An_answer_without_a_body_ends_with_its_headers(string method, string head, string kept)
    {
        await using var bed = new GatewayTestBed();
        var body = head.EndsWith("chunked", StringComparison.Ordinal) && method != "HEAD" ? "0\r\n\r\n" : "";
        await using var replica = new RawReplica($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n{body}");
        var answer = await AskRawAsync(bed, replica, method, "Connection: close\r\n");
        Assert.Contains(kept, answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(bed.Log.Lines, l => l.Contains("attempt", StringComparison.Ordinal));
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    private const string Trailing =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nConnection: close\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n";

    private static async Task<string> AskRawAsync(GatewayTestBed bed, RawReplica replica, string method, string headers)
    {
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [replica.Endpoint] });
        return await RawReplica.ExchangeAsync(bed.Address, Head(bed, method, headers), Cancel);
    }

    private static string Head(GatewayTestBed bed, string method, string headers) =>
        $"{method} {bed.Url("/x").PathAndQuery} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n";

    private static async Task<Socket> ConnectAsync(GatewayTestBed bed)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(bed.Address.Host, bed.Address.Port, Cancel);
        return socket;
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text), Cancel);

    /// <summary>What comes until the other side closes, or else until a final or interim head is whole.</summary>
    private static async Task<string> ReadAsync(Socket socket, bool untilClosed)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (untilClosed || !text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer, Cancel);
            if (read == 0)
            {
                break;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return text.ToString();
    }
}
