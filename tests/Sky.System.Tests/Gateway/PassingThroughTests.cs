using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

public sealed class PassingThroughTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("?a=b", "/?a=b")]
    [InlineData("/v1/models/org%2Fname", "/v1/models/org%2Fname")]
    [InlineData("/double//slash//", "/double//slash//")]
    [InlineData("/%41%2e%2E/x%20y?q=%2F+%20&r=a%3Db&&", "/%41%2e%2E/x%20y?q=%2F+%20&r=a%3Db&&")]
    [InlineData("/a/../b/./c", "/a/../b/./c")]
    public async Task Path_and_query_arrive_as_they_were_sent(string sent, string arrives)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => c.Response.WriteAsync(c.Features.Get<IHttpRequestFeature>()!.RawTarget));
        Assert.Equal(arrives, await Http.GetStringAsync(bed.Url(sent), Cancel));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PURGE")]
    public async Task Every_method_passes_with_its_body(string method)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(async c =>
        {
            using var reader = new StreamReader(c.Request.Body);
            await c.Response.WriteAsync($"{c.Request.Method} {await reader.ReadToEndAsync(c.RequestAborted)}");
        });
        using var request = new HttpRequestMessage(new HttpMethod(method), bed.Url("/x")) { Content = new StringContent("the body") };
        using var response = await Http.SendAsync(request, Cancel);
        Assert.Equal($"{method} the body", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Head_passes_with_the_length_and_without_a_body()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c =>
        {
            c.Response.ContentLength = 1234;
            return Task.CompletedTask;
        });
        using var request = new HttpRequestMessage(HttpMethod.Head, bed.Url());
        using var response = await Http.SendAsync(request, Cancel);
        Assert.Equal(1234, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task Status_reason_and_headers_come_back()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c =>
        {
            c.Response.StatusCode = 429;
            c.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = "Slow Down";
            c.Response.Headers["X-Two"] = new(["one", "two"]);
            c.Response.Headers.Server = "replica";
            return Task.CompletedTask;
        });
        using var response = await Http.GetAsync(bed.Url(), Cancel);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("Slow Down", response.ReasonPhrase);
        Assert.Equal(["one", "two"], response.Headers.GetValues("X-Two"));
        Assert.Equal("replica", response.Headers.Server.ToString());
    }

    [Fact]
    public async Task A_redirect_is_the_clients_to_follow()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c =>
        {
            c.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        using var response = await Http.GetAsync(bed.Url(), Cancel);
        Assert.Equal("/elsewhere", response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Who_asked_is_told_and_appended_to_what_was_told_before()
    {
        await using var bed = new GatewayTestBed();
        var seen = new HeaderDictionary();
        await bed.StartAsync(c =>
        {
            foreach (var header in c.Request.Headers)
            {
                seen[header.Key] = header.Value;
            }

            return Task.CompletedTask;
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, bed.Url("/x"));
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");
        request.Headers.Add("X-Forwarded-Prefix", "/outer/");
        using var response = await Http.SendAsync(request, Cancel);
        Assert.Equal("192.0.2.7, 127.0.0.1", seen["X-Forwarded-For"]);
        Assert.Equal("http", seen["X-Forwarded-Proto"]);
        Assert.Equal(bed.Address.Authority, seen["X-Forwarded-Host"]);
        Assert.Equal("/outer/services/llm", seen["X-Forwarded-Prefix"]);
        Assert.Equal(bed.Backends[0].Endpoint.Address.Authority, seen["Host"]);
    }

    [Fact]
    public async Task Headers_for_the_next_hop_stay_with_the_gateway()
    {
        await using var bed = new GatewayTestBed();
        HashSet<string> seen = [];
        await bed.StartAsync(c =>
        {
            seen.UnionWith(c.Request.Headers.Keys);
            c.Response.Headers["Proxy-Authenticate"] = "Basic";
            c.Response.Headers["Keep-Alive"] = "timeout=5";
            return Task.CompletedTask;
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, bed.Url());
        request.Headers.Connection.Add("X-Secret-Hop");
        request.Headers.TryAddWithoutValidation("X-Secret-Hop", "1");
        request.Headers.TryAddWithoutValidation("Proxy-Connection", "keep-alive");
        request.Headers.TryAddWithoutValidation("TE", "gzip");
        request.Headers.TryAddWithoutValidation("X-Kept", "1");
        using var response = await Http.SendAsync(request, Cancel);
        Assert.Contains("X-Kept", seen);
        Assert.DoesNotContain("X-Secret-Hop", seen);
        Assert.DoesNotContain("Proxy-Connection", seen);
        Assert.DoesNotContain("TE", seen);
        Assert.False(response.Headers.Contains("Keep-Alive"));
    }

    [Fact]
    public async Task A_service_is_found_by_host_name_whatever_the_port()
    {
        await using var bed = new GatewayTestBed { Options = o => o with { Domain = "models.example" } };
        await bed.StartAsync(c => c.Response.WriteAsync(c.Request.Path));
        foreach (var host in new[] { "llm.models.example", "LLM.Models.Example:30000" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(bed.Address, "/v1/models"));
            request.Headers.Host = host;
            using var response = await Http.SendAsync(request, Cancel);
            Assert.Equal("/v1/models", await response.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Theory]
    [InlineData("/services/other/x", HttpStatusCode.NotFound, "There is no service 'other'")]
    [InlineData("/services/LLM/x", HttpStatusCode.NotFound, "There is no service 'LLM'")]
    [InlineData("/v1/chat/completions", HttpStatusCode.NotFound, "routed by the model in their body")]
    [InlineData("/nowhere", HttpStatusCode.NotFound, "/services/<service>/")]
    [InlineData("/", HttpStatusCode.OK, "ok")]
    [InlineData("/-/health", HttpStatusCode.OK, "ok")]
    public async Task What_is_not_for_a_service_is_answered_by_the_gateway(string path, HttpStatusCode status, string text)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => c.Response.WriteAsync("replica"));
        using var response = await Http.GetAsync(new Uri(bed.Address, path), Cancel);
        Assert.Equal(status, response.StatusCode);
        var body = global::System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Contains(text, status is HttpStatusCode.OK ? body.GetProperty("status").GetString()! : body.GetProperty("error").GetProperty("message").GetString()!);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/models")]
    public async Task A_host_name_of_no_service_is_told_so(string path)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => c.Response.WriteAsync("replica"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(bed.Address, path));
        request.Headers.Host = "web.localhost";
        using var response = await Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("There is no service 'web'. Use \\\"sky serve status\\\"", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("/services/{0}/x")]
    [InlineData("/v1/{0}")]
    public async Task What_a_client_sent_comes_back_to_it_no_longer_than_a_line(string path)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => c.Response.WriteAsync("replica"));
        using var response = await Http.GetAsync(new Uri(bed.Address, path.Replace("{0}", new string('n', 20_000))), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.InRange((await response.Content.ReadAsStringAsync(Cancel)).Length, 100, 400);
    }
}
