using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Probing;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class HttpProberTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AsksByGetForThePathWithItsQueryAndHeaders()
    {
        var seen = "";
        await using var replica = await TestBackend.StartAsync(1, context =>
        {
            seen = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers["X-Probe"]} {context.Request.Headers.Authorization}";
            return Task.CompletedTask;
        });

        var result = await ProbeAsync(replica, new ReadinessProbeSpec
        {
            Path = "/health/live?deep=1&x=a%20b",
            Headers = new Dictionary<string, string> { ["X-Probe"] = "yes", ["Authorization"] = "Bearer abc" },
        });

        Assert.True(result.Passed);
        Assert.Equal("GET /health/live?deep=1&x=a%20b yes Bearer abc", seen);
    }

    [Fact]
    public async Task PostsItsDataAsJson()
    {
        var seen = "";
        await using var replica = await TestBackend.StartAsync(1, async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            seen = $"{context.Request.Method} {context.Request.ContentType} {await reader.ReadToEndAsync(Token)}";
        });
        using var data = JsonDocument.Parse("{\"prompt\":\"hi\",\"max_tokens\":1}");

        Assert.True((await ProbeAsync(replica, new ReadinessProbeSpec { PostData = data.RootElement })).Passed);
        Assert.Equal("POST application/json {\"prompt\":\"hi\",\"max_tokens\":1}", seen);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(299, true)]
    [InlineData(304, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(503, false)]
    public async Task OnlyATwoHundredIsReady(int status, bool ready)
    {
        await using var replica = await TestBackend.StartAsync(1, context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        var result = await ProbeAsync(replica, new ReadinessProbeSpec());

        Assert.Equal(ready, result.Passed);
        Assert.Equal(ready ? null : $"HTTP {status}", result.Reason);
    }

    [Fact]
    public async Task FollowsARedirectWithinTheReplicaOnly()
    {
        await using var replica = await TestBackend.StartAsync(1, context =>
        {
            switch (context.Request.Path.Value)
            {
                case "/in":
                    context.Response.Redirect("/health");
                    break;
                case "/out":
                    context.Response.Redirect("http://127.0.0.2:1/health");
                    break;
                case "/round":
                    context.Response.Redirect("/round");
                    break;
            }

            return Task.CompletedTask;
        });

        Assert.True((await ProbeAsync(replica, new ReadinessProbeSpec { Path = "/in" })).Passed);
        Assert.Equal("HTTP 302 to another host", (await ProbeAsync(replica, new ReadinessProbeSpec { Path = "/out" })).Reason);
        Assert.Equal("HTTP 302", (await ProbeAsync(replica, new ReadinessProbeSpec { Path = "/round" })).Reason);
    }

    [Fact]
    public async Task SilentReplicaIsNotReadyWhenItsTimeIsOver()
    {
        var asked = new TaskCompletionSource();
        await using var replica = await TestBackend.StartAsync(1, async context =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, CancellationToken.None);
        });
        var time = new FakeTimeProvider();
        using var prober = new HttpProber(time);

        var probing = prober.ProbeAsync(Target(replica.Endpoint.Address, new ReadinessProbeSpec { TimeoutSeconds = 3 }), Token);
        await asked.Task.WaitAsync(Token);
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(probing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));

        var result = await probing;
        Assert.False(result.Passed);
        Assert.Equal($"no answer from {replica.Endpoint.Address.Authority} within 3 s", result.Reason);
    }

    [Fact]
    public async Task ReplicaThatDoesNotListenIsSaidToRefuse()
    {
        using var prober = new HttpProber(TimeProvider.System);
        var port = Testing.Processes.FreePorts.Take(1)[0];
        var result = await prober.ProbeAsync(Target(new Uri($"http://127.0.0.1:{port}"), new ReadinessProbeSpec()), Token);
        Assert.Equal($"connection refused at 127.0.0.1:{port}", result.Reason);
    }

    private static async Task<ProbeResult> ProbeAsync(TestBackend replica, ReadinessProbeSpec spec)
    {
        using var prober = new HttpProber(TimeProvider.System);
        return await prober.ProbeAsync(Target(replica.Endpoint.Address, spec), Token);
    }

    private static ProbeTarget Target(Uri address, ReadinessProbeSpec spec) => new(new ReplicaKey(new ServiceName("a"), new ReplicaId(1)), address, spec);
}
