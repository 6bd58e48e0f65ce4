using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

/// <summary>Sessions through the real gateway: what names them, and that they stay.</summary>
public sealed class SessionTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });

    public static TheoryData<string, string, string, string> Names => new()
    {
        { "X-Session-Id", "{0}", "", "" },
        { "Cookie", "a=1; sky-session-id={0}; b=2", "", "" },
        { "X-Chat", "{0}", "X-Chat", "chat" },
        { "Cookie", "sky-session-id=1; chat={0}", "X-Chat", "chat" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_header_or_a_cookie_ties_requests_together_on_every_way_to_the_service(string name, string form, string header, string cookie)
    {
        await using var bed = await StartAsync(header.Length == 0 ? SessionSpec.Default : new() { Header = header, Cookie = cookie });
        var places = new HashSet<string>();
        for (var session = 0; session < 60; session++)
        {
            var value = form.Replace("{0}", $"s{session}", StringComparison.Ordinal);
            var first = await AskAsync(bed, "/services/llm/page", null, name, value);
            Assert.Equal(first, await AskAsync(bed, "/services/llm/page", null, name, value));
            Assert.Equal(first, await AskAsync(bed, "/v1/completions", """{"model":"llm","prompt":"x","user":"other"}""", name, value));
            places.Add(first);
        }

        // Sixty sessions leave one of three replicas without any once in ten thousand million times.
        Assert.Equal(["1", "2", "3"], places.Order());
    }

    [Fact]
    public async Task Without_either_the_user_of_the_body_does()
    {
        await using var bed = await StartAsync(SessionSpec.Default);
        var places = new HashSet<string>();
        for (var user = 0; user < 60; user++)
        {
            var body = $$"""{"model":"llm","prompt":"x","user":"u{{user}}"}""";
            var first = await AskAsync(bed, "/v1/completions", body, "X-Other", "a");
            Assert.Equal(first, await AskAsync(bed, "/v1/completions", body, "X-Other", "b"));
            places.Add(first);
        }

        Assert.Equal(["1", "2", "3"], places.Order());
    }

    private static async Task<GatewayTestBed> StartAsync(SessionSpec session)
    {
        var bed = new GatewayTestBed();
        await bed.StartAsync([.. Enumerable.Range(1, 3).Select(place => (RequestDelegate)(context => context.Response.WriteAsync($"{place}")))]);
        await bed.PublishAsync(bed.Endpoints() with { LoadBalancingPolicy = "session", Session = session });
        return bed;
    }

    private static async Task<string> AskAsync(GatewayTestBed bed, string path, string? body, string name, string value)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(bed.Address, path));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
