using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Node.Docker;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Nodes;

/// <summary>What of the controller's calls goes on to the daemon, over real sockets.</summary>
public sealed class DockerProxyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_goes_on_as_it_came_and_of_the_headers_the_registry_login()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        using var request = new HttpRequestMessage(HttpMethod.Post, "docker/v1.41/services/create") { Content = Json("""{ "Name": "a", "Labels": {"skyswarm.owner": "o1"},  "TaskTemplate": {"ContainerSpec": {"Image": "x"}} }""") };
        request.Headers.Add("X-Registry-Auth", "login");
        request.Headers.Add("X-Other", "other");
        request.Headers.Add("Cookie", "a=b");
        bed.Docker.Answer = context =>
        {
            context.Response.StatusCode = 201;
            context.Response.ContentType = "application/json";
            context.Response.Headers["Api-Version"] = "1.41";
            context.Response.Headers["Set-Cookie"] = "a=b";
            return context.Response.WriteAsync("""{"ID":"1"}""");
        };

        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("""{"ID":"1"}""", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("1.41", Assert.Single(response.Headers.GetValues("Api-Version")));
        Assert.False(response.Headers.Contains("Set-Cookie"));
        var call = Assert.Single(bed.Docker.Calls);
        Assert.Equal(("POST /v1.41/services/create", """{ "Name": "a", "Labels": {"skyswarm.owner": "o1"},  "TaskTemplate": {"ContainerSpec": {"Image": "x"}} }"""), (call.Call, call.Body));
        Assert.Equal("login", call.Headers["X-Registry-Auth"]);
        Assert.Equal("application/json", call.Headers.ContentType);
        Assert.False(call.Headers.ContainsKey("X-Other") || call.Headers.ContainsKey("Cookie"));
    }

    [Fact]
    public async Task Errors_of_the_daemon_come_back_as_they_are()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        bed.Docker.Answer = context =>
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("""{"message":"No such container: x"}""");
        };
        using var response = await client.GetAsync("docker/containers/x/json", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("""{"message":"No such container: x"}""", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("GET /docker/../healthz")]
    [InlineData("GET /docker/containers/../../exec/x/json")]
    [InlineData("GET /docker/%2e%2e/info")]
    [InlineData("GET /docker/containers%2fjson")]
    [InlineData("GET /docker//info")]
    [InlineData("GET //docker/info")]
    [InlineData("GET /%64ocker/info")]
    [InlineData("GET /Docker/info")]
    [InlineData("GET /docker/v1.41/../info")]
    [InlineData("GET /docker/v1.24/containers/x/json")]
    [InlineData("GET /docker/v1.41/containers/x/attach/ws")]
    [InlineData("GET http://agent/docker/info")]
    [InlineData("GET /docker/info#x")]
    [InlineData("POST /docker/containers/x/exec")]
    [InlineData("POST /docker/v1.41/exec/x/start")]
    [InlineData("POST /docker/containers/x/attach?stream=1")]
    [InlineData("POST /docker/build")]
    [InlineData("POST /docker/session")]
    [InlineData("POST /docker/swarm/update?version=1")]
    [InlineData("get /docker/info")]
    [InlineData("CONNECT /docker/info")]
    [InlineData("TRACE /docker/info")]
    public async Task No_other_call_reaches_the_daemon_however_it_is_written(string line)
    {
        await using var bed = await new AgentBed().StartAsync();
        var answer = await SayAsync(bed, $"{line} HTTP/1.1\r\nHost: agent\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        Assert.Matches("^HTTP/1.1 (400|403|404)", answer);
        Assert.Empty(bed.Docker.Calls);
    }

    public static TheoryData<string> Smuggled =>
    [
        "POST /docker/swarm/leave HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nPOST /docker/exec/x/start HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "POST /docker/swarm/leave HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 60\r\n\r\nPOST /exec/x/start HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "POST /docker/swarm/leave HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nPOST /exec/x/start HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /docker/info HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 40\r\n\r\nPOST /exec/x/start HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /docker/info HTTP/1.1\nHost: a\n\nPOST /docker/exec/x/start HTTP/1.1\nHost: a\n\n",
        "GET /docker/info\r\nX: y HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /docker/containers/x/kill?signal=KILL HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 11\r\nConnection: close\r\n\r\nsignal=STOP",
    ];

    [Theory]
    [MemberData(nameof(Smuggled))]
    public async Task Nothing_is_smuggled_in_with_a_call(string raw)
    {
        await using var bed = await new AgentBed().StartAsync();
        await SayAsync(bed, raw);
        Assert.DoesNotContain(bed.Docker.Calls, call => call.Call.Contains("exec", StringComparison.Ordinal) || call.Call.Contains("kill", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bodies_are_checked_and_a_refusal_says_which_field()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        using var refused = await client.PostAsync("docker/containers/create?name=a", Json("""{"Image":"a","HostConfig":{"Binds":["/etc/secret:/x"]}}"""), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var text = await refused.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("HostConfig.Binds[0]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Empty(bed.Docker.Calls);
        Assert.DoesNotContain(bed.Log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_the_bound_is_refused_told_ahead_or_not(bool told)
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        var body = $$"""{"Image":"{{new string('a', DockerProxy.LargestBody)}}"}""";
        using var content = told ? (HttpContent)Json(body) : new StreamContent(new PatternlessStream(Encoding.ASCII.GetBytes(body)));
        try
        {
            using var response = await client.PostAsync("docker/containers/create", content, Cancel);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        }
        catch (HttpRequestException)
        {
            // Cut while it was still sending.
        }

        Assert.Empty(bed.Docker.Calls);
    }

    [Fact]
    public async Task An_archive_streams_into_a_container()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        using var tar = new ByteArrayContent([.. Enumerable.Repeat((byte)'t', DockerProxy.LargestBody + 1)]);
        using var response = await client.PutAsync("docker/containers/x/archive?path=%2Fsky", tar, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var call = Assert.Single(bed.Docker.Calls);
        Assert.Equal("PUT /containers/x-id/archive?path=%2Fsky", call.Call);
        Assert.Equal(DockerProxy.LargestBody + 1, call.Body.Length);
    }

    [Fact]
    public async Task Logs_and_events_pass_line_by_line_and_end_at_the_daemon_when_the_caller_leaves()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        using var next = new SemaphoreSlim(0);
        var left = new TaskCompletionSource();
        bed.Docker.Answer = async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            await context.Response.Body.FlushAsync();
            for (var i = 0; ; i++)
            {
                await next.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync($"line {i}\n");
                await context.Response.Body.FlushAsync();
            }
        };
        using (var response = await client.GetAsync("docker/events", HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
            for (var i = 0; i < 3; i++)
            {
                next.Release();
                Assert.Equal($"line {i}", await reader.ReadLineAsync(Cancel));
            }
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task A_daemon_that_does_not_answer_is_said_to_be_so()
    {
        await using var bed = await new AgentBed { Options = options => options with { DockerSocket = "/nowhere/docker.sock" } }.StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        using var response = await client.GetAsync("docker/info", Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("\"dockerAnswers\":false", await client.GetStringAsync("facts", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_does_not_look_whole()
    {
        await using var bed = await new AgentBed().StartAsync();
        using var client = bed.Client(bed.Pki.Controller);
        var read = new TaskCompletionSource();
        bed.Docker.Answer = async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await read.Task;
            context.Abort();
        };
        using var response = await client.GetAsync("docker/containers/x/archive?path=a", HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var body = await response.Content.ReadAsStreamAsync(Cancel);
        await body.ReadExactlyAsync(new byte[4], Cancel);
        read.SetResult();
        await Assert.ThrowsAnyAsync<IOException>(async () => await body.ReadAtLeastAsync(new byte[1], 1, cancellationToken: Cancel));
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<string> SayAsync(AgentBed bed, string raw)
    {
        await using var stream = await bed.OpenAsync(AgentBed.Agent, bed.Pki.Controller, Cancel);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(raw), Cancel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        var answer = new StringBuilder();
        var piece = new byte[4096];
        try
        {
            for (int read; (read = await stream.ReadAsync(piece, limit.Token)) > 0;)
            {
                answer.Append(Encoding.ASCII.GetString(piece, 0, read));
            }
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException)
        {
            // It keeps the connection for another request.
        }

        return answer.ToString();
    }

    /// <summary>Tells no length.</summary>
    private sealed class PatternlessStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
