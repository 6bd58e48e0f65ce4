using System.Net.Sockets;
using System.Text;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>Requests that two servers in a row could take for different ones: answered 4xx, and no replica sees a whole one of them.</summary>
public sealed class RefusedShapeTests
{
    private const string Fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    private const string Host = "Host: localhost\r\nConnection: close\r\n";
    private const string Post = "POST /services/llm/x HTTP/1.1\r\n" + Host;
    private const string Call = "POST /v1/chat/completions HTTP/1.1\r\n" + Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Shapes() => new()
    {
        { "both lengths", Post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "both lengths, the other way round", Post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" },
        { "both lengths to a model", Call + "Content-Length: 15\r\nTransfer-Encoding: chunked\r\n\r\nF\r\n{\"model\":\"llm\"}\r\n0\r\n\r\n" },
        { "an unknown coding", Post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" },
        { "chunked not last", Post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" },
        { "identity", Post + "Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\nx" },
        { "a name with a space", Post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" },
        { "a name with a tab", Post + "Content-Length\t: 1\r\n\r\nx" },
        { "two different lengths", Post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy" },
        { "one length twice", Post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx" },
        { "a list of lengths", Post + "Content-Length: 1, 1\r\n\r\nx" },
        { "a length with a sign", Post + "Content-Length: +1\r\n\r\nx" },
        { "a negative length", Post + "Content-Length: -1\r\n\r\nx" },
        { "a length in hex", Post + "Content-Length: 0x1\r\n\r\nx" },
        { "a length beyond numbers", Post + "Content-Length: 99999999999999999999\r\n\r\nx" },
        { "a length of thirty digits", Post + $"Content-Length: {new string('9', 30)}\r\n\r\nx" },
        { "a coding before the last", Post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
        { "a coding twice", Post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" },
        { "a coding in two lines", Post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "a coding in HTTP/1.0", "POST /services/llm/x HTTP/1.0\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "a chunk without a size", Call + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n" },
        { "a chunk of negative size", Call + "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n" },
        { "a chunk beyond numbers", Call + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n" },
        { "a chunk longer than it says", Call + "Transfer-Encoding: chunked\r\n\r\n2\r\n{\"model\":\"llm\"}\r\n0\r\n\r\n" },
        { "a broken chunk to a service", Post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n" },
        { "chunked twice", Post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" },
        { "chunked and identity in two lines", Post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" },
        { "a vertical tab before the coding", Post + "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n" },
        { "chunks in HTTP/1.0", "POST /services/llm/x HTTP/1.0\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "no length at all in HTTP/1.0", "POST /services/llm/x HTTP/1.0\r\n" + Host + "\r\n{}" },
        { "a chunk with a sign", Call + "Transfer-Encoding: chunked\r\n\r\n+F\r\n{\"model\":\"llm\"}\r\n0\r\n\r\n" },
        { "a chunk in hex with a prefix", Call + "Transfer-Encoding: chunked\r\n\r\n0xF\r\n{\"model\":\"llm\"}\r\n0\r\n\r\n" },
        { "a chunk after a space", Call + "Transfer-Encoding: chunked\r\n\r\n F\r\n{\"model\":\"llm\"}\r\n0\r\n\r\n" },
        { "a chunk whose size ends with a line feed alone", Call + "Transfer-Encoding: chunked\r\n\r\nF\n{\"model\":\"llm\"}\r\n0\r\n\r\n" },
        { "a chunk whose extension ends with a line feed alone", Call + "Transfer-Encoding: chunked\r\n\r\nF;a\n{\"model\":\"llm\"}\r\n0\r\n\r\n" },
        { "a chunk that does not end where it says", Call + "Transfer-Encoding: chunked\r\n\r\nF\r\n{\"model\":\"llm\"}0\r\n\r\n" },
        { "a line feed alone after a header", "GET /services/llm/x HTTP/1.1\r\n" + Host + "X-A: b\nX-B: c\r\n\r\n" },
        { "a line feed alone after the request line", "GET /services/llm/x HTTP/1.1\n" + Host + "\r\n" },
        { "a carriage return in a name", "GET /services/llm/x HTTP/1.1\r\n" + Host + "X-A\rX-B: c\r\n\r\n" },
        { "a folded header with a tab", "GET /services/llm/x HTTP/1.1\r\n" + Host + "X-A: b\r\n\tc\r\n\r\n" },
        { "a folded header", "GET /services/llm/x HTTP/1.1\r\n" + Host + "X-A: b\r\n c: d\r\n\r\n" },
        { "a folded first header", "GET /services/llm/x HTTP/1.1\r\n X-A: b\r\n" + Host + "\r\n" },
        { "a header without a colon", "GET /services/llm/x HTTP/1.1\r\n" + Host + "nothing\r\n\r\n" },
        { "a header without a name", "GET /services/llm/x HTTP/1.1\r\n" + Host + ": x\r\n\r\n" },
        { "a carriage return in a value", "GET /services/llm/x HTTP/1.1\r\n" + Host + "X-A: b\rX-B: c\r\n\r\n" },
        { "a null in a value", "GET /services/llm/x HTTP/1.1\r\n" + Host + "X-A: b\0c\r\n\r\n" },
        { "a null in a name", "GET /services/llm/x HTTP/1.1\r\n" + Host + "X\0A: b\r\n\r\n" },
        { "no host", "GET /services/llm/x HTTP/1.1\r\nConnection: close\r\n\r\n" },
        { "two hosts", "GET /services/llm/x HTTP/1.1\r\n" + Host + "Host: other\r\n\r\n" },
        { "a host with a path", "GET /services/llm/x HTTP/1.1\r\nConnection: close\r\nHost: a/b\r\n\r\n" },
        { "a host with a user", "GET /services/llm/x HTTP/1.1\r\nConnection: close\r\nHost: a@b\r\n\r\n" },
        { "an absolute target", "GET http://evil.example/services/llm/x HTTP/1.1\r\n" + Host + "\r\n" },
        { "an absolute target of this host", "GET http://localhost/services/llm/x HTTP/1.1\r\n" + Host + "\r\n" },
        { "a tunnel", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\n\r\n" },
        { "an asterisk", "OPTIONS * HTTP/1.1\r\n" + Host + "\r\n" },
        { "a target that is no path", "GET services/llm/x HTTP/1.1\r\n" + Host + "\r\n" },
        { "a fragment", "GET /services/llm/x#y HTTP/1.1\r\n" + Host + "\r\n" },
        { "a space in the target", "GET /services/llm/x y HTTP/1.1\r\n" + Host + "\r\n" },
        { "a null in the target", "GET /services/llm/x\0y HTTP/1.1\r\n" + Host + "\r\n" },
        { "an encoded null", "GET /services/llm/x%00y HTTP/1.1\r\n" + Host + "\r\n" },
        { "a byte beyond ASCII in the target", "GET /services/llm/x\u00e9 HTTP/1.1\r\n" + Host + "\r\n" },
        { "a line feed in the target", "GET /services/llm/x\nX: y HTTP/1.1\r\n" + Host + "\r\n" },
        { "a method that is none", "GE(T /services/llm/x HTTP/1.1\r\n" + Host + "\r\n" },
        { "a header of 70 KiB", "GET /services/llm/x HTTP/1.1\r\n" + Host + $"X-A: {new string('x', 70 << 10)}\r\n\r\n" },
        { "two hundred headers", "GET /services/llm/x HTTP/1.1\r\n" + Host + string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: 1\r\n")) + "\r\n" },
        { "a target of 40 KiB", $"GET /services/llm/{new string('x', 40 << 10)} HTTP/1.1\r\n" + Host + "\r\n" },
        { "up and out", "GET /services/llm/../other/x HTTP/1.1\r\n" + Host + "\r\n" },
        { "up and out, encoded", "GET /services/llm/%2e%2e/other/x HTTP/1.1\r\n" + Host + "\r\n" },
        { "up and out behind an encoded slash", "GET /services/llm/a%2f..%2f..%2fx HTTP/1.1\r\n" + Host + "\r\n" },
        { "an encoded slash across the boundary", "GET /services/llm%2fx HTTP/1.1\r\n" + Host + "\r\n" },
        { "an encoded slash before the service", "GET /services%2fllm/x HTTP/1.1\r\n" + Host + "\r\n" },
        { "an authority at the root", "GET /services/llm//evil.example/x HTTP/1.1\r\n" + Host + "\r\n" },
        { "an encoded authority at the root", "GET /services/llm/%2fevil.example/x HTTP/1.1\r\n" + Host + "\r\n" },
        { "a backslash across the boundary", "GET /services/llm\\..\\x HTTP/1.1\r\n" + Host + "\r\n" },
        { "up and out with a host name", "GET /../x HTTP/1.1\r\nConnection: close\r\nHost: llm.localhost\r\n\r\n" },
        { "an authority with a host name", "GET //evil.example/x HTTP/1.1\r\nConnection: close\r\nHost: llm.localhost\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_shape_is_refused(string what, string request)
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica(Fine);
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [replica.Endpoint], Models = what.Contains("chunk", StringComparison.Ordinal) ? new() : null });
        var answer = await RawReplica.ExchangeAsync(bed.Address, request, Cancel);
        Assert.True(answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), $"{what}: {answer}");
        Assert.DoesNotContain("\r\n\r\nok", answer, StringComparison.Ordinal);
        Assert.Equal("", replica.Seen);
        Assert.DoesNotContain(bed.Log.Lines, l => l.Contains("Exception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_upgrade_to_anything_but_a_websocket_stays_with_the_gateway()
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica(Fine);
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [replica.Endpoint] });
        var answer = await RawReplica.ExchangeAsync(
            bed.Address, "GET /services/llm/x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", Cancel);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("h2c", replica.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP2-Settings", replica.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /services/llm/x HTTP/1.1\r\nHost: loc")]
    [InlineData("GET /services/llm/x HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n")]
    public async Task Headers_that_never_end_are_cut(string beginning)
    {
        await using var bed = new GatewayTestBed { Options = o => o with { ClientHeadersTimeout = TimeSpan.FromSeconds(1) } };
        await bed.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(bed.Address.Host, bed.Address.Port, Cancel);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(beginning), Cancel);
        using var reader = new StreamReader(client.GetStream());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        Assert.StartsWith("HTTP/1.1 408 ", await reader.ReadToEndAsync(limit.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_that_trickles_in_is_cut_and_no_replica_sees_it()
    {
        await using var bed = new GatewayTestBed { Options = o => o with { UploadGrace = TimeSpan.FromSeconds(2) } };
        await using var replica = new RawReplica(Fine);
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [replica.Endpoint], Models = new() });
        using var client = new TcpClient();
        await client.ConnectAsync(bed.Address.Host, bed.Address.Port, Cancel);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Call + "Content-Length: 1000000\r\n\r\n{\"model\":\"llm\""), Cancel);
        using var reader = new StreamReader(client.GetStream());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        Assert.StartsWith("HTTP/1.1 408 ", await reader.ReadToEndAsync(limit.Token), StringComparison.Ordinal);
        Assert.Equal("", replica.Seen);
    }

    [Fact]
    public async Task An_upload_that_trickles_in_is_cut_for_its_replica_too()
    {
        await using var bed = new GatewayTestBed { Options = o => o with { UploadGrace = TimeSpan.FromSeconds(2) } };
        var cut = new TaskCompletionSource();
        await bed.StartAsync(async context =>
        {
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
            }
            catch (Exception)
            {
                cut.TrySetResult();
            }
        });
        using var client = new TcpClient();
        await client.ConnectAsync(bed.Address.Host, bed.Address.Port, Cancel);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Post + "Content-Length: 1000000\r\n\r\nbeginning"), Cancel);
        await cut.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    [Theory]
    [InlineData("/x%0d%0aX-Injected:%20yes")]
    [InlineData("/x?q=%0d%0aX-Injected:%20yes")]
    public async Task Encoded_line_ends_stay_encoded(string path)
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica(Fine);
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [replica.Endpoint] });
        await RawReplica.ExchangeAsync(bed.Address, $"GET /services/llm{path} HTTP/1.1\r\n" + Host + "\r\n", Cancel);
        Assert.StartsWith($"GET {path} HTTP/1.1\r\n", replica.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain("\nX-Injected", replica.Seen, StringComparison.Ordinal);
    }
}
