using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Core.Services;
using Sky.Gateway.Routing.Models;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Models;

/// <summary>What is about a stored response goes to the replica that holds it.</summary>
public sealed class StoredResponseTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1", false)]
    [InlineData("/v1", true)]
    [InlineData("/services/llm/v1", false)]
    public async Task Every_request_about_a_response_reaches_its_replica(string root, bool stream)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => ServeAsync(c, 1, stream), c => ServeAsync(c, 2, stream), c => ServeAsync(c, 3, stream));
        if (root != "/v1")
        {
            await bed.PublishAsync(bed.Endpoints() with { Models = new() });
        }

        for (var i = 0; i < 6; i++)
        {
            var made = await PostAsync(bed, root, """{"model":"llm","input":"x"}""");
            var (id, replica) = (IdOf(made.Body), made.Replica);
            foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/input_items?limit=2"), ("POST", "/cancel"), ("GET", "?stream=true"), ("DELETE", "") })
            {
                var about = await SendAsync(bed, new HttpMethod(method), $"{root}/responses/{id}{path}");
                Assert.Equal((HttpStatusCode.OK, replica), (about.Status, about.Replica));
            }

            var next = await PostAsync(bed, root, $$"""{"model":"llm","input":"y","previous_response_id":"{{id}}"}""");
            Assert.Equal(replica, next.Replica);
        }
    }

    [Theory]
    [InlineData("/v1")]
    [InlineData("/services/llm/v1")]
    public async Task A_gateway_that_was_started_anew_asks_who_holds_a_response(string root)
    {
        var asked = 0;
        var searches = new ConcurrentDictionary<string, Others>();
        await using var bed = new GatewayTestBed();
        await bed.StartAsync([.. Enumerable.Range(1, 4).Select(replica => (RequestDelegate)(async context =>
        {
            Interlocked.Increment(ref asked);
            await HoldsOnceAllWereAskedAsync(context, replica, searches);
        }))]);
        await bed.PublishAsync(bed.Endpoints() with { Models = new() { Names = [new("llm")] } });
        for (var replica = 1; replica <= 4; replica++)
        {
            var id = $"resp_{replica}_old";
            var about = await SendAsync(bed, HttpMethod.Get, $"{root}/responses/{id}/input_items");
            Assert.Equal((HttpStatusCode.OK, $"{replica}"), (about.Status, about.Replica));

            // Now it is known.
            var before = Volatile.Read(ref asked);
            Assert.Equal($"{replica}", (await SendAsync(bed, HttpMethod.Delete, $"{root}/responses/{id}")).Replica);
            Assert.Equal(before + 1, Volatile.Read(ref asked));
            Assert.Equal($"{replica}", (await PostAsync(bed, root, $$"""{"model":"llm","input":"y","previous_response_id":"resp_{{replica}}_other"}""")).Replica);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(bed, HttpMethod.Get, $"{root}/responses/resp_9_none")).Status);
        Assert.Equal(0, bed.InFlight);
    }

    [Fact]
    public async Task Nobody_is_asked_for_those_who_may_not_use_the_service()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => HoldsAsync(c, 1), c => HoldsAsync(c, 2));
        await bed.PublishAsync(bed.Endpoints() with { Models = new() { Names = [new("llm")] } });
        await bed.PublishAsync(TestKey.Record(1) with { Models = ["other"] });
        foreach (var root in new[] { "/v1", "/services/llm/v1" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(bed, HttpMethod.Get, $"{root}/responses/resp_1_a")).Status);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(bed.Address, $"{root}/responses/resp_1_a"));
            request.Headers.Add("x-api-key", TestKey.Secret(1));
            using var refused = await Http.SendAsync(request, Cancel);
            Assert.True(refused.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden);
        }

        Assert.Equal(0, bed.Backends.Sum(backend => backend.Requests));
    }

    /// <summary>The holder keeps its answer until the three others were asked: a question that it makes idle may arrive at any time after it.</summary>
    private static async Task HoldsOnceAllWereAskedAsync(HttpContext context, int replica, ConcurrentDictionary<string, Others> searches)
    {
        var path = context.Request.Path.Value!;
        if (HttpMethods.IsGet(context.Request.Method) && path.StartsWith("/v1/responses/", StringComparison.Ordinal))
        {
            var others = searches.GetOrAdd(path.Split('/')[3], _ => new Others(3));
            if (path.Contains($"resp_{replica}_", StringComparison.Ordinal))
            {
                await others.AllWereAsked.WaitAsync(context.RequestAborted);
            }
            else
            {
                others.WasAsked();
            }
        }

        await HoldsAsync(context, replica);
    }

    private static Task HoldsAsync(HttpContext context, int replica)
    {
        context.Response.Headers["X-Replica"] = $"{replica}";
        var path = context.Request.Path.Value!;
        context.Response.StatusCode = path.StartsWith("/v1/responses/", StringComparison.Ordinal) && !path.Contains($"resp_{replica}_", StringComparison.Ordinal) ? 404 : 200;
        return context.Response.WriteAsync("""{"id":"resp_x"}""");
    }

    [Fact]
    public async Task A_response_whose_replica_is_gone_is_gone()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => ServeAsync(c, 1, false));
        var made = await PostAsync(bed, "/v1", """{"model":"llm","input":"x"}""");
        var id = IdOf(made.Body);
        var second = await bed.AddBackendAsync(c => ServeAsync(c, 2, false));
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [second.Endpoint] });
        var get = await SendAsync(bed, HttpMethod.Get, $"/v1/responses/{id}");
        Assert.Equal(HttpStatusCode.NotFound, get.Status);
        Assert.Contains($"Response with id '{id}' not found.", get.Body, StringComparison.Ordinal);
        var next = await PostAsync(bed, "/v1", $$"""{"model":"llm","previous_response_id":"{{id}}"}""");
        Assert.Equal(HttpStatusCode.BadRequest, next.Status);
        Assert.Contains("previous_response_not_found", next.Body, StringComparison.Ordinal);
        Assert.Equal(0, second.Requests);
    }

    [Fact]
    public async Task A_response_that_was_never_seen_is_not_found_and_one_before_it_is_for_the_replica_to_know()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => ServeAsync(c, 1, false));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(bed, HttpMethod.Get, "/v1/responses/resp_x")).Status);
        Assert.Equal("1", (await SendAsync(bed, HttpMethod.Get, "/services/llm/v1/responses/resp_x")).Replica);
        Assert.Equal("1", (await PostAsync(bed, "/v1", """{"model":"llm","previous_response_id":"resp_x"}""")).Replica);
    }

    [Theory]
    [InlineData("""{"id":"resp_1","object":"response"}""", "resp_1")]
    [InlineData(""" {"output":[{"id":"msg_1"}],"metadata":{"id":"no"},"id":"resp_é"}""", "resp_é")]
    [InlineData("event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"output\":[{\"id\":\"no\"}],\"id\":\"resp_1\"}}\n\n", "resp_1")]
    [InlineData(": hello\r\n\r\ndata:{\"response\":{\"id\":\"resp_1\"}}\r\n\r\n", "resp_1")]
    [InlineData("""{"error":{"message":"id"}}""", null)]
    [InlineData("""{"id":5}""", null)]
    [InlineData("data: [DONE]\n\n", null)]
    [InlineData("{nonsense", null)]
    public async Task The_id_is_found_however_the_answer_arrives(string answer, string? id)
    {
        var bytes = Encoding.UTF8.GetBytes(answer);
        for (var step = 1; step <= bytes.Length; step++)
        {
            var found = new List<string>();
            using var stream = new ResponseIdStream(new SlowStream(bytes, step), found.Add);
            using var copy = new MemoryStream();
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, Cancel) is > 0 and var read)
            {
                copy.Write(buffer, 0, read);
            }

            Assert.Equal(answer, Encoding.UTF8.GetString(copy.ToArray()));
            Assert.Equal(id is null ? [] : [id], found);
        }
    }

    [Fact]
    public void The_map_forgets_the_oldest_and_keeps_what_is_asked_for()
    {
        var map = new ResponseMap(most: 100);
        for (var i = 0; i < 1000; i++)
        {
            map.Add($"r{i}", new ResponsePlace(new ServiceName("s"), new ReplicaId(i), "m"));
            Assert.NotNull(map.Find("r0"));
        }

        Assert.Null(map.Find("r1"));
        Assert.Equal(999, map.Find("r999")!.Value.Replica.Value);
        Assert.InRange(Enumerable.Range(0, 1000).Count(i => map.Find($"r{i}") is not null), 50, 200);
    }

    private static string IdOf(string body) => body[body.IndexOf("resp_", StringComparison.Ordinal)..].Split('"')[0];

    private static async Task ServeAsync(HttpContext context, int replica, bool stream)
    {
        context.Response.Headers["X-Replica"] = $"{replica}";
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path == "/v1/responses")
        {
            var id = $"resp_{replica}_{Guid.NewGuid():n}";
            await context.Response.WriteAsync(stream
                ? $"event: response.created\ndata: {{\"type\":\"response.created\",\"response\":{{\"id\":\"{id}\"}}}}\n\n"
                : $"{{\"id\":\"{id}\",\"object\":\"response\"}}");
            return;
        }

        await context.Response.WriteAsync("{}");
    }

    private static async Task<(HttpStatusCode Status, string Replica, string Body)> SendAsync(GatewayTestBed bed, HttpMethod method, string target, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(bed.Address, target));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request, Cancel);
        return (response.StatusCode, response.Headers.TryGetValues("X-Replica", out var replica) ? replica.Single() : "", await response.Content.ReadAsStringAsync(Cancel));
    }

    private static Task<(HttpStatusCode Status, string Replica, string Body)> PostAsync(GatewayTestBed bed, string root, string body) =>
        SendAsync(bed, HttpMethod.Post, $"{root}/responses", body);

    /// <summary>Those that are asked for a response and do not hold it.</summary>
    private sealed class Others(int count)
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = count;

        public Task AllWereAsked => _all.Task;

        public void WasAsked()
        {
            if (Interlocked.Decrement(ref _left) == 0)
            {
                _all.SetResult();
            }
        }
    }

    private sealed class SlowStream(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }
}
