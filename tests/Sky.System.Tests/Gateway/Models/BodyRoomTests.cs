using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Models;

/// <summary>What all bodies together may hold.</summary>
public sealed class BodyRoomTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_body_too_many_is_told_to_come_again_and_may()
    {
        await using var bed = new GatewayTestBed { Options = o => o with { BodyRoom = 1000 } };
        var go = new TaskCompletionSource();
        await bed.StartAsync(_ => go.Task);
        var first = PostAsync(bed, 700);
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 1);
        using (var refused = await PostAsync(bed, 400))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
            Assert.Contains("gateway_full", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        go.SetResult();
        using var done = await first;
        for (var i = 0; i < 5; i++)
        {
            using var again = await PostAsync(bed, 900);
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        }
    }

    [Fact]
    public async Task What_is_refused_or_broken_off_gives_its_room_back()
    {
        await using var bed = new GatewayTestBed { Options = o => o with { BodyRoom = 1000 } };
        await bed.StartAsync(c => c.Response.WriteAsync("ok"));
        for (var i = 0; i < 5; i++)
        {
            // What broke off before gives its room back once the gateway has noticed.
            await GatewayTestBed.UntilAsync(() =>
            {
                using var content = new StringContent(new string('x', 900));
                using var broken = Http.PostAsync(new Uri(bed.Address, "/v1/completions"), content, Cancel).GetAwaiter().GetResult();
                return broken.StatusCode == HttpStatusCode.BadRequest;
            });
            using var client = new System.Net.Sockets.TcpClient();
            await client.ConnectAsync("127.0.0.1", bed.Address.Port, Cancel);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 990\r\n\r\n" + new string('{', 800)), Cancel);
        }

        var status = HttpStatusCode.ServiceUnavailable;
        await GatewayTestBed.UntilAsync(() =>
        {
            using var response = PostAsync(bed, 900).GetAwaiter().GetResult();
            return (status = response.StatusCode) == HttpStatusCode.OK;
        });
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task A_prompt_is_not_kept_for_as_long_as_its_answer_streams()
    {
        await using var bed = new GatewayTestBed { Options = o => o with { BodyRoom = 1000 } };
        var go = new TaskCompletionSource();
        await bed.StartAsync(async c =>
        {
            await c.Request.Body.CopyToAsync(Stream.Null, c.RequestAborted);
            await c.Response.WriteAsync("data: 1\n\n", c.RequestAborted);
            await c.Response.Body.FlushAsync(c.RequestAborted);
            await go.Task;
        });
        using var first = await PostAsync(bed, 900, HttpCompletionOption.ResponseHeadersRead);
        using var second = await PostAsync(bed, 900, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(2, bed.InFlight);
        go.SetResult();
        Assert.Equal("data: 1\n\n", await first.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("data: 1\n\n", await second.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<HttpResponseMessage> PostAsync(
        GatewayTestBed bed, int length, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        const string Start = """{"model":"llm","prompt":" """;
        using var content = new StringContent(Start + new string('x', length - Start.Length - 2) + "\"}", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bed.Address, "/v1/completions")) { Content = content };
        return await Http.SendAsync(request, completion, Cancel);
    }
}
