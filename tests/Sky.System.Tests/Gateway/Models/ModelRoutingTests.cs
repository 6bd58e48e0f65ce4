using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Models;

/// <summary>One address for all models: the body's model chooses the service, and the body arrives as it was sent.</summary>
public sealed class ModelRoutingTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"llm","messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("/v1/completions?api-version=1", """ {"prompt" : "caf\u00e9 é", "model" : "llm" , "n":2}  """)]
    [InlineData("/v1/embeddings", """{"input":["a","b"],"mod\u0065l":"ll\u006d"}""")]
    [InlineData("/v1/responses", """{"input":"x","model":"llm","previous_response_id":null}""")]
    [InlineData("/v1/messages", """{"max_tokens":5,"messages":[],"model":"llm","metadata":{"model":"other"}}""")]
    [InlineData("/v1/images/generations", """{"model":"llm","prompt":"a cat"}""")]
    [InlineData("/v1/audio/speech", """{"model":"llm","input":"hello"}""")]
    [InlineData("/v1/rerank", """{"model":"llm","query":"q"}""")]
    public async Task The_body_chooses_the_service_and_arrives_unchanged(string target, string body)
    {
        await using var bed = await StartAsync();
        using var response = await PostAsync(bed, target, body);
        Assert.Equal($"POST {target} {body}", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("1", response.Headers.GetValues("X-Backend").Single());
    }

    [Fact]
    public async Task Each_model_goes_to_its_own_service()
    {
        await using var bed = await StartAsync();
        using var response = await PostAsync(bed, "/v1/chat/completions", """{"model":"other","messages":[]}""");
        Assert.Equal("2", response.Headers.GetValues("X-Backend").Single());
    }

    [Theory]
    [InlineData("""{"model":"llm","messages":[]""", 400, "invalid_json")]
    [InlineData("""{"model":"llm"} {"model":"other"}""", 400, "invalid_json")]
    [InlineData("""{"model":"llm","model":"other"}""", 400, "invalid_json")]
    [InlineData("""{"model":"llm","mod\u0065l":"other"}""", 400, "invalid_json")]
    [InlineData("""{"model":"llm","Model":"other"}""", 400, "invalid_json")]
    [InlineData("""{"MODEL":"other","model":"llm"}""", 400, "invalid_json")]
    [InlineData("""{"model":"llm","\u004dodel":"other"}""", 400, "invalid_json")]
    [InlineData("""{"model":"llm","stream":true,"stream":false}""", 400, "invalid_json")]
    [InlineData("""{"model":["llm"]}""", 400, "invalid_type")]
    [InlineData("""{"model":null}""", 400, "invalid_type")]
    [InlineData("""{"model":"\ud800"}""", 400, "invalid_json")]
    [InlineData("""["llm"]""", 400, "invalid_json")]
    [InlineData("""{"messages":[]}""", 400, "missing_required_parameter")]
    [InlineData("", 400, "invalid_json")]
    [InlineData("""{"model":"none"}""", 404, "model_not_found")]
    [InlineData("""{"model":"LLM"}""", 404, "model_not_found")]
    public async Task What_cannot_be_routed_is_an_error_of_OpenAI(string body, int status, string code)
    {
        await using var bed = await StartAsync(models: new ModelsSpec());
        using var response = await PostAsync(bed, "/v1/chat/completions", body);
        await AssertErrorAsync(response, status, code);
        Assert.All(bed.Backends, b => Assert.Equal(0, b.Requests));
    }

    [Theory]
    [InlineData("""{"model":"none"}""", 404, "not_found_error")]
    [InlineData("""{"model":7}""", 400, "invalid_request_error")]
    [InlineData("""{"model":"llm","max_tokens":5,"messages":[]}""", 503, "overloaded_error")]
    public async Task An_error_of_messages_has_the_words_of_Anthropic(string body, int status, string type)
    {
        await using var bed = await StartAsync(models: new ModelsSpec());
        await bed.PublishAsync(bed.Endpoints() with { Models = new ModelsSpec(), Replicas = [], CanWait = false });
        using var response = await PostAsync(bed, "/v1/messages", body);
        Assert.Equal(status, (int)response.StatusCode);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Equal("error", answer.GetProperty("type").GetString());
        Assert.Equal(type, answer.GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        await using var bed = await StartAsync();
        byte[] body = [.. "{\"model\":\"llm\",\"messages\":[\""u8, 0xC3, 0x28, .. "\"]}"u8];
        using var response = await Http.PostAsync(new Uri(bed.Address, "/v1/chat/completions"), new ByteArrayContent(body), Cancel);
        await AssertErrorAsync(response, 400, "invalid_json");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd, identity")]
    public async Task A_compressed_body_is_not_guessed_at(string coding)
    {
        await using var bed = await StartAsync();
        using var content = new StringContent("""{"model":"llm"}""");
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        using var response = await Http.PostAsync(new Uri(bed.Address, "/v1/chat/completions"), content, Cancel);
        await AssertErrorAsync(response, 415, "unsupported_content_encoding");
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions")]
    [InlineData("GET", "/v1/files")]
    [InlineData("GET", "/v1/")]
    [InlineData("GET", "/v1")]
    [InlineData("DELETE", "/v1/models")]
    public async Task What_names_no_model_leads_nowhere(string method, string target)
    {
        await using var bed = await StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(bed.Address, target));
        using var response = await Http.SendAsync(request, Cancel);
        await AssertErrorAsync(response, 404, "not_found");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_beyond_the_limit_is_413_whether_it_says_its_length_or_not(bool chunked)
    {
        await using var bed = await StartAsync(most: 1000);
        var fits = Body(1000);
        Assert.Equal(1000, fits.Length);
        using (var response = await PostAsync(bed, "/v1/completions", fits, chunked))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        using var refused = await PostAsync(bed, "/v1/completions", Body(1001), chunked);
        await AssertErrorAsync(refused, 413, "request_too_large");
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_prompt_of_eight_mebibytes_passes_whole(bool http2, bool chunked)
    {
        await using var bed = await StartAsync();
        var body = Body(8 << 20);
        using var request = Post(bed, "/v1/completions", body, chunked);
        if (http2)
        {
            request.RequestUri = new Uri(bed.Addresses[1], "/v1/completions");
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        }

        using var response = await Http.SendAsync(request, Cancel);
        Assert.Equal($"POST /v1/completions {body}", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Models_are_listed_and_told_one_by_one()
    {
        await using var bed = await StartAsync();
        var list = JsonDocument.Parse(await Http.GetStringAsync(new Uri(bed.Address, "/v1/models"), Cancel)).RootElement;
        Assert.Equal("list", list.GetProperty("object").GetString());
        Assert.Equal(["llm", "other"], list.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString()));
        var one = JsonDocument.Parse(await Http.GetStringAsync(new Uri(bed.Address, "/v1/models/other"), Cancel)).RootElement;
        Assert.Equal("model", one.GetProperty("object").GetString());
        using var none = await Http.GetAsync(new Uri(bed.Address, "/v1/models/none"), Cancel);
        await AssertErrorAsync(none, 404, "model_not_found");
    }

    [Fact]
    public async Task A_request_that_could_not_be_sent_goes_whole_to_another_replica()
    {
        await using var bed = await StartAsync();
        var third = await bed.AddBackendAsync(EchoAsync);
        var endpoints = bed.Endpoints();
        await bed.PublishAsync(endpoints with { Replicas = [bed.Backends[0].Endpoint, third.Endpoint] });
        await bed.Backends[0].StopAsync();
        var body = Body(200_000);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            using var response = await PostAsync(bed, "/v1/completions", body);
            Assert.Equal($"POST /v1/completions {body}", await response.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_sends_is_no_error()
    {
        await using var bed = await StartAsync();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", bed.Address.Port, Cancel);
        await client.GetStream().WriteAsync("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"model\""u8.ToArray(), Cancel);
        client.Close();
        using var response = await PostAsync(bed, "/v1/completions", Body(100));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain(bed.Log.Lines, l => l.Contains("failed inside", StringComparison.Ordinal));
    }

    private static string Body(int length)
    {
        const string Start = """{"model":"llm","prompt":" """;
        var text = new StringBuilder(Start, length);
        while (text.Length < length - 2)
        {
            text.Append((char)('a' + (text.Length % 26)));
        }

        return text.Append("\"}").ToString();
    }

    private static async Task<GatewayTestBed> StartAsync(long most = 32 << 20, ModelsSpec? models = null)
    {
        var bed = new GatewayTestBed { Options = o => o with { MaxBody = most, H2cListen = new Uri("http://127.0.0.1:0") } };
        await bed.StartAsync(c => EchoAsync(c, "1"));
        var other = await bed.AddBackendAsync(c => EchoAsync(c, "2"));
        await bed.PublishAsync(bed.Endpoints() with { Service = new ServiceName("other"), Replicas = [other.Endpoint], Models = models });
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [bed.Backends[0].Endpoint], Models = models });
        return bed;
    }

    private static Task EchoAsync(HttpContext context) => EchoAsync(context, "3");

    private static async Task EchoAsync(HttpContext context, string backend)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        context.Response.Headers["X-Backend"] = backend;
        await context.Response.WriteAsync($"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget} {body}");
    }

    private static HttpRequestMessage Post(GatewayTestBed bed, string target, string body, bool chunked = false)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bed.Address, target)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = chunked;
        return request;
    }

    private static async Task<HttpResponseMessage> PostAsync(GatewayTestBed bed, string target, string body, bool chunked = false)
    {
        using var request = Post(bed, target, body, chunked);
        return await Http.SendAsync(request, Cancel);
    }

    private static async Task AssertErrorAsync(HttpResponseMessage response, int status, string code)
    {
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} {text}");
        var error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.False(string.IsNullOrEmpty(error.GetProperty("message").GetString()));
    }
}
