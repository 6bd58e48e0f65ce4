using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>What is too long is refused with the status that says what.</summary>
public sealed class LimitsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(30_000, 200)]
    [InlineData(40_000, 414)]
    [InlineData(400_000, 414)]
    public async Task A_target_may_have_32_KiB(int length, int status)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => c.Response.WriteAsync("fine"));
        var answer = await AskAsync(bed, $"/x?q={new string('q', length)}", "");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(status != 200, answer.Contains("\"code\":\"uri_too_long\"", StringComparison.Ordinal));
        Assert.Equal(status == 200 ? 1 : 0, bed.Backends[0].Requests);
    }

    [Theory]
    [InlineData("//y", "begins with two slashes")]
    [InlineData("/../y", "leads out of the service")]
    [InlineData("/%2fy", "an encoded slash at its beginning")]
    public async Task A_path_that_is_refused_says_what_of_it_is(string rest, string words)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => c.Response.WriteAsync("fine"));
        Assert.Contains(words, await AskAsync(bed, rest, ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 60_000, 200)]
    [InlineData(1, 70_000, 431)]
    [InlineData(40, 3_000, 431)]
    [InlineData(90, 10, 200)]
    [InlineData(200, 10, 431)]
    public async Task Headers_may_be_100_of_64_KiB_in_all(int number, int length, int status)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => c.Response.WriteAsync("fine"));
        var headers = string.Concat(Enumerable.Range(0, number).Select(i => $"X-{i}: {new string('h', length)}\r\n"));
        Assert.Equal(status, await StatusOfAsync(bed, "/x", headers));
    }

    [Theory]
    [InlineData("GET /services/llm/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET /services/llm/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET /services/llm/ HTTP/1.1\r\nHost: a\r\nBad Name: b\r\n\r\n")]
    [InlineData("POST /services/llm/ HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST /services/llm/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task What_is_no_request_is_a_400_and_reaches_no_replica(string request)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => c.Response.WriteAsync("fine"));
        Assert.StartsWith("HTTP/1.1 400 ", await RawReplica.ExchangeAsync(bed.Address, request, Cancel), StringComparison.Ordinal);
        Assert.Equal(0, bed.Backends[0].Requests);
    }

    [Fact]
    public async Task Headers_of_an_answer_that_are_too_long_are_a_502_that_says_whose_fault_it_is()
    {
        await using var bed = new GatewayTestBed();
        await using var replica = new RawReplica($"HTTP/1.1 200 OK\r\nX-Long: {new string('h', 200_000)}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [replica.Endpoint] });
        var answer = await AskAsync(bed, "/x", "");
        Assert.StartsWith("HTTP/1.1 502 ", answer, StringComparison.Ordinal);
        Assert.Contains("replica", answer, StringComparison.Ordinal);
    }

    private static async Task<int> StatusOfAsync(GatewayTestBed bed, string rest, string headers) =>
        int.Parse((await AskAsync(bed, rest, headers)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static Task<string> AskAsync(GatewayTestBed bed, string rest, string headers) => RawReplica.ExchangeAsync(
        bed.Address, $"GET /services/llm{rest} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n", Cancel);
}
