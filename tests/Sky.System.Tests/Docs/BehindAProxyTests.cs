using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Docs;

/// <summary>The configuration of nginx in the docs, in a real nginx before a real gateway.</summary>
public sealed class BehindAProxyTests : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });
    private readonly GatewayTestBed _bed = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-nginx-");
    private Process? _nginx;
    private Uri _address = new("http://127.0.0.1:1");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string? Nginx => new[] { "/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx" }.FirstOrDefault(File.Exists);

    [Fact]
    public async Task Events_arrive_one_by_one()
    {
        using var next = new SemaphoreSlim(0);
        await StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var n = 1; n <= 3; n++)
            {
                await context.Response.WriteAsync($"data: {n}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await next.WaitAsync(context.RequestAborted);
            }
        });
        using var response = await Http.GetAsync(new Uri(_address, "/services/llm/stream"), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        for (var n = 1; n <= 3; n++)
        {
            Assert.Equal($"data: {n}", await reader.ReadLineAsync(Cancel));
            Assert.Equal("", await reader.ReadLineAsync(Cancel));
            next.Release();
        }

        Assert.Null(await reader.ReadLineAsync(Cancel));
    }

    [Theory]
    [InlineData("off", "1.1", 20, false)]
    [InlineData("on", "1.1", 20, true)]
    [InlineData("off", "1.0", null, false)]
    [InlineData("on", "1.0", null, true)]
    [InlineData("on", "1.1", null, false)]
    public async Task With_buffering_an_answer_of_known_length_or_over_http_1_0_is_kept_back_to_its_end(string buffering, string version, int? length, bool kept)
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await StartAsync(
            async context =>
            {
                if (context.Request.Path != "/stream")
                {
                    return;
                }

                context.Response.ContentType = "text/event-stream";
                context.Response.ContentLength = length;
                await context.Response.WriteAsync("data: 1\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await goOn.Task.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync("data: two\n\n", context.RequestAborted);
            },
            ("proxy_buffering off;", $"proxy_buffering {buffering};"),
            ("proxy_http_version 1.1;", $"proxy_http_version {version};"));
        var first = FirstLineAsync(goOn.Task);
        if (kept)
        {
            // All that passes on the same way meanwhile is handled by the same loop of the same process, one after the other.
            for (var n = 0; n < 50; n++)
            {
                (await Http.GetAsync(new Uri(_address, "/services/llm/other"), Cancel)).Dispose();
            }

            Assert.False(first.IsCompleted);
            goOn.SetResult();
            Assert.Equal(("data: 1", true), await first);
            return;
        }

        Assert.Equal(("data: 1", false), await first);
        goOn.SetResult();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_leaves_is_noticed_by_the_replica(bool answered)
    {
        var (waiting, told) = (new TaskCompletionSource(), new TaskCompletionSource());
        await StartAsync(async context =>
        {
            if (answered)
            {
                await context.Response.WriteAsync("data: 1\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            await using var aborted = context.RequestAborted.Register(() => told.TrySetResult());
            waiting.TrySetResult();
            await told.Task;
        });
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var asking = Http.GetStringAsync(new Uri(_address, "/services/llm/stream"), leave.Token);
        await waiting.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
    }

    [Fact]
    public async Task Long_prompts_and_odd_paths_pass_and_replicas_learn_who_asked()
    {
        var seen = "";
        await StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            seen = $"{target} {body.Length} {context.Request.Headers["X-Forwarded-Host"].ToString().Split(',')[0]}";
        });
        var url = new Uri($"{_address.GetLeftPart(UriPartial.Authority)}/services/llm/v1/models/org%2Fname//x?a=%20b", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var response = await Http.PostAsync(url, new ByteArrayContent(new byte[3 << 20]), Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"/v1/models/org%2Fname//x?a=%20b {3 << 20} {_address.Host}", seen);
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is { } nginx)
        {
            nginx.Kill(entireProcessTree: true);
            await nginx.WaitForExitAsync(CancellationToken.None);
            nginx.Dispose();
        }

        await _bed.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>The first line of the stream, and whether the replica had gone on when it came.</summary>
    private async Task<(string? Line, bool WentOn)> FirstLineAsync(Task goOn)
    {
        using var response = await Http.GetAsync(new Uri(_address, "/services/llm/stream"), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        return (await reader.ReadLineAsync(Cancel), goOn.IsCompleted);
    }

    /// <param name="replica">What answers behind the gateway.</param>
    /// <param name="changes">What is written in the place of what in the documented file.</param>
    private async Task StartAsync(RequestDelegate replica, params (string From, string To)[] changes)
    {
        Assert.SkipWhen(Nginx is null, "nginx is missing");
        await _bed.StartAsync(replica);
        _address = new Uri($"http://127.0.0.1:{FreePorts.Take(1)[0]}");
        var documented = Assert.Single(MarkdownBlock.All(SkyProgram.Root), block => block is { File: "docs/behind-a-proxy.md", Language: "nginx" }).Text;
        Assert.Contains("server 127.0.0.1:30000;", documented, StringComparison.Ordinal);
        Assert.Contains("listen 8080;", documented, StringComparison.Ordinal);
        var server = documented.Replace("127.0.0.1:30000", _bed.Address.Authority, StringComparison.Ordinal).Replace("listen 8080;", $"listen {_address.Authority};", StringComparison.Ordinal);
        foreach (var (from, to) in changes)
        {
            Assert.Contains(from, server, StringComparison.Ordinal);
            server = server.Replace(from, to, StringComparison.Ordinal);
        }

        var file = Path.Combine(_folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            daemon off;
            master_process off;
            pid {{_folder.FullName}}/nginx.pid;
            events { }
            http {
            access_log off;
            client_body_temp_path {{_folder.FullName}}/body;
            proxy_temp_path {{_folder.FullName}}/proxy;
            fastcgi_temp_path {{_folder.FullName}}/fastcgi;
            uwsgi_temp_path {{_folder.FullName}}/uwsgi;
            scgi_temp_path {{_folder.FullName}}/scgi;
            {{server}}
            }
            """, Cancel);
        _nginx = Process.Start(new ProcessStartInfo(Nginx!, ["-p", _folder.FullName, "-c", file, "-e", Path.Combine(_folder.FullName, "error.log")]))!;
        await GatewayTestBed.UntilAsync(() => Answers(_address), "nginx");
    }

    private static bool Answers(Uri address)
    {
        try
        {
            using var client = new System.Net.Sockets.TcpClient(address.Host, address.Port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
