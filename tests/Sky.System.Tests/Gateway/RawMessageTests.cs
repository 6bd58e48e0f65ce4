using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>Messages that no well-behaved library writes, byte for byte.</summary>
public sealed class RawMessageTests
{
    private const string Fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("caf\u00e9")]
    [InlineData("caf\u00c3\u00a9 \u00e2\u0082\u00ac")]
    [InlineData("\u0080\u00ff")]
    public async Task Bytes_beyond_ascii_in_headers_pass_unchanged_both_ways(string value)
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica($"HTTP/1.1 200 OK\r\nX-Title: {value}\r\nContent-Disposition: attachment; filename=\"{value}\"\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        var answer = await AskAsync(bed, replica, $"X-Name: {value}\r\nConnection: close\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"X-Title: {value}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"filename=\"{value}\"\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"X-Name: {value}\r\n", replica.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("204 No Content")]
    [InlineData("205 Reset Content")]
    [InlineData("304 Not Modified")]
    public async Task A_body_where_none_may_be_is_dropped(string status)
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica($"HTTP/1.1 {status}\r\nX-Kept: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        var answer = await AskAsync(bed, replica, "Connection: close\r\n");
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("X-Kept: 1\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(bed.Log.Lines, l => l.Contains("Exception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_switch_of_protocols_that_nobody_asked_for_is_a_broken_answer()
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nnoise");
        var answer = await AskAsync(bed, replica, "Connection: close\r\nContent-Length: 0\r\n", "POST");
        Assert.StartsWith("HTTP/1.1 502 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("noise", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("000 Nothing")]
    [InlineData("099 Below")]
    public async Task A_status_that_http_does_not_have_is_a_broken_answer(string status)
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica($"HTTP/1.1 {status}\r\nContent-Length: 5\r\nConnection: close\r\n\r\nnoise");
        var answer = await AskAsync(bed, replica, "Connection: close\r\n");
        Assert.StartsWith("HTTP/1.1 502 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("noise", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no HTTP at all\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")]
    public async Task An_error_after_a_broken_answer_bears_the_name_of_the_request(string broken)
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica(broken);
        var answer = await AskAsync(bed, replica, "X-Request-Id: mine\r\nConnection: close\r\n");
        Assert.StartsWith("HTTP/1.1 502 ", answer, StringComparison.Ordinal);
        Assert.Contains("x-request-id: mine\r\n", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Connection: X-Foo, close\r\n")]
    [InlineData("Connection: close, x-foo\r\n")]
    [InlineData("Connection: close\r\nConnection: X-Foo\r\n")]
    [InlineData("Connection: X-Foo\r\nConnection: close\r\n")]
    [InlineData("Connection: keep-alive, X-Foo\r\n")]
    [InlineData("Connection: X-Foo\r\n")]
    public async Task What_connection_names_stays_with_the_gateway_on_the_way_there(string connection)
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica(Fine);
        var answer = await AskAsync(bed, replica, $"X-Foo: secret\r\nX-Kept: 1\r\n{connection}");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", replica.Seen, StringComparison.Ordinal);
        Assert.Contains("X-Kept: 1", replica.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Foo, close")]
    [InlineData("close, X.Foo, x-foo")]
    public async Task What_connection_names_stays_with_the_gateway_on_the_way_back(string connection)
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica($"HTTP/1.1 200 OK\r\nX-Foo: secret\r\nX.Foo: secret\r\nContent-Length: 2\r\nConnection: {connection}, X.Foo\r\n\r\nok");
        var answer = await AskAsync(bed, replica, "Connection: close\r\n");
        Assert.DoesNotContain("secret", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nok", answer, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(GatewayTestBed bed, RawReplica replica, string headers, string method = "GET")
    {
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [replica.Endpoint] });
        return await RawReplica.ExchangeAsync(
            bed.Address, $"{method} {bed.Url("/x").PathAndQuery} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n", Cancel);
    }
}
